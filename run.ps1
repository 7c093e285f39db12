# Makes pictures from text with the sample program. What it is given is passed on: ./run.ps1 --help
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

if (-not ((Get-Command dotnet -ErrorAction SilentlyContinue) -and ((dotnet --list-sdks) -match '^10\.'))) {
    Write-Host 'This needs the .NET 10 SDK, and nothing else: https://dotnet.microsoft.com/download/dotnet/10.0'
    exit 1
}

dotnet run -c Release --project samples/TextToImage -- @args
exit $LASTEXITCODE
