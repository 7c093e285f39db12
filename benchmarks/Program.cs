using MaskUNet.Benchmarks;
using MaskUNet.Benchmarks.Harness;

Benchmark[] benchmarks =
[
    new UNetSpeed(), new VaeSpeed(), new UNetSeconds(), new VaeSeconds(), new UNetBFloat16(), new UNetBackward(), new VaeBackward(),
    new Load(), new LoadPeak(), new ImagePeak(), new Concurrent(),
];

if (args.Length == 0)
{
    Console.WriteLine("dotnet run -c Release --project benchmarks -- NAME...    prints NAME<TAB>value<TAB>goal; how each was measured goes to the error stream");
    foreach (var benchmark in benchmarks)
    {
        Console.WriteLine($"{benchmark.Name}\t{benchmark.Goal}\t{benchmark.Measures}");
    }

    return 0;
}

var unknown = args.Where(name => benchmarks.All(benchmark => benchmark.Name != name)).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"No benchmark is called {string.Join(", ", unknown)}; without names they are listed.");
    return 1;
}

foreach (var name in args)
{
    await benchmarks.Single(benchmark => benchmark.Name == name).RunAsync();
}

return 0;
