#!/usr/bin/env bash
# Restores, builds and runs every test, the full-size ones (Category=FullSize) too. What it is given is passed on to `dotnet test`:
#   ./test.sh --filter "Category!=FullSize"
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    echo "This needs the .NET 10 SDK, and nothing else: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    echo "(without root: https://dot.net/v1/dotnet-install.sh --channel 10.0, then put ~/.dotnet on the PATH)" >&2
    exit 1
fi

dotnet build -c Release --nologo -v quiet MaskUNet.sln
exec dotnet test -c Release --nologo --no-build MaskUNet.Tests "$@"
