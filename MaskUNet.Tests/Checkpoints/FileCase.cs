using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FluentAssertions.Execution;
using MaskUNet.Checkpoints;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Checkpoints;

/// <summary>A recorded checkpoint file and what must come of opening it.</summary>
public sealed class FileCase(JsonNode json)
{
    private static readonly Lazy<Dictionary<string, FileCase>> All = new(() =>
        Fixtures.Json("files", "manifest.json")["cases"]!.AsArray().ToDictionary(node => (string)node!["path"]!, node => new FileCase(node!)));

    /// <summary>The cases of a format, or only those with one of the expectations.</summary>
    public static IEnumerable<object[]> Paths(string format, params string[] expectations) => Fixtures.Has("files")
        ? All.Value
            .Where(pair => pair.Value.Format == format && (expectations.Length == 0 || expectations.Contains(pair.Value.Expect)))
            .Select(pair => new object[] { pair.Key })
        : [];

    public static FileCase At(string path) => All.Value[path];

    public string Path => Fixtures.Path(["files", .. ((string)json["path"]!).Split('/')]);

    public string Format => (string)json["format"]!;

    public string Expect => (string)json["expect"]!;

    public string? Under => (string?)json["under"];

    public JsonNode? this[string field] => json[field];

    /// <summary>Opens the file, reads it, and holds what happened against the record; watches the clock, the memory and the disk.</summary>
    public void Check(Func<string, WeightFile> open, Action<WeightFile>? more = null)
    {
        var (files, allocated, peak, clock) = (FilesAround(), GC.GetAllocatedBytesForCurrentThread(), PeakMemory(), Stopwatch.StartNew());
        var failure = Try(open, more);
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(1));
        (GC.GetAllocatedBytesForCurrentThread() - allocated).Should().BeLessThan(200_000_000);
        (PeakMemory() - peak).Should().BeLessThan(300_000_000);
        FilesAround().Should().Equal(files, "nothing may be written beside a checkpoint that is read");
        File.Exists("PWNED").Should().BeFalse();
        if (Expect == "error")
        {
            failure.Should().NotBeNull("the file is bad: {0}", json["kind"]);
        }

        if (failure is null)
        {
            return;
        }

        Expect.Should().NotBe("ok", "the file is good, but it was refused: {0}", failure.Message);
        CheckMessage(failure.Message);
    }

    /// <summary>A refusal names the file and what the record asks for.</summary>
    public void CheckMessage(string message)
    {
        message.Should().Contain(System.IO.Path.GetFileName(Path));
        foreach (var word in json["must_name"]?.AsArray() ?? [])
        {
            var alternatives = word is JsonArray list ? list.Select(item => (string)item!).ToArray() : [(string)word!];
            Execute.Assertion
                .ForCondition(alternatives.Any(text => message.Contains(text, StringComparison.OrdinalIgnoreCase)))
                .FailWith("the message should name {0}: {1}", alternatives, message);
        }
    }

    /// <summary>Holds a tensor against its record, bit for bit.</summary>
    public static void CheckTensor(JsonNode recorded, TensorEntry entry, ReadOnlySpan<byte> bytes)
    {
        entry.Shape.Should().Equal(recorded["shape"]!.AsArray().Select(size => (long)size!));
        entry.StoredType.Name().Should().Be((string)recorded["dtype"]!);
        Convert.ToHexStringLower(SHA256.HashData(bytes)).Should().Be((string)recorded["sha256"]!, "these are the bytes of '{0}'", entry.Name);
    }

    private CheckpointException? Try(Func<string, WeightFile> open, Action<WeightFile>? more)
    {
        try
        {
            using var file = open(Path);
            using var scope = NewDisposeScope();
            var tensors = json["tensors"]?.AsObject() ?? [];
            if (tensors.Count > 0)
            {
                file.Entries.Should().HaveCount((int?)json["tensor_count"] ?? tensors.Count);
            }

            foreach (var (name, recorded) in tensors)
            {
                file.Entries.Should().ContainKey(name);
                CheckTensor(recorded!, file.Entries[name], file.Read(name).bytes);
            }

            if (Expect == "error")
            {
                ReadAll(file); // what opening did not notice
            }

            more?.Invoke(file);
            return null;
        }
        catch (CheckpointException e)
        {
            return e;
        }
    }

    private static void ReadAll(WeightFile file)
    {
        foreach (var name in file.Entries.Keys)
        {
            file.Read(name).Dispose();
        }
    }

    private string[] FilesAround() => [.. Directory.GetFileSystemEntries(System.IO.Path.GetDirectoryName(Path)!).Order(StringComparer.Ordinal)];

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
