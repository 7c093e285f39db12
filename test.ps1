# Restores, builds and runs every test, the full-size ones (Category=FullSize) too. What it is given is passed on to `dotnet test`:
#   ./test.ps1 --filter "Category!=FullSize"
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

if (-not ((Get-Command dotnet -ErrorAction SilentlyContinue) -and ((dotnet --list-sdks) -match '^10\.'))) {
    Write-Host 'This needs the .NET 10 SDK, and nothing else: https://dotnet.microsoft.com/download/dotnet/10.0'
    exit 1
}

dotnet build -c Release --nologo -v quiet MaskUNet.sln
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
dotnet test -c Release --nologo --no-build MaskUNet.Tests @args
exit $LASTEXITCODE
