#!/usr/bin/env bash
# Makes pictures from text with the sample program. What it is given is passed on: ./run.sh --help
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    echo "This needs the .NET 10 SDK, and nothing else: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    echo "(without root: https://dot.net/v1/dotnet-install.sh --channel 10.0, then put ~/.dotnet on the PATH)" >&2
    exit 1
fi

exec dotnet run -c Release --project samples/TextToImage -- "$@"
