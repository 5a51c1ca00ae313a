using System.Diagnostics;

namespace Ecodrix.Loopback;

/// <summary>Programs under Node that lie in this project's folder.</summary>
public static class NodeProgram
{
    /// <summary>The folder of this name beside this project's sources.</summary>
    public static string Folder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var here = Path.Combine(folder.FullName, "tests", "Ecodrix.Loopback", name);
            if (Directory.Exists(here))
            {
                return here;
            }
        }

        throw new DirectoryNotFoundException($"tests/Ecodrix.Loopback/{name} is not above the tests' output.");
    }

    /// <returns>Null when Node, and the package where one is named, are there; else a sentence for a visible skip.</returns>
    public static string? WhyUnavailable(string folder, string? package = null)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, "node")));
        if (!found)
        {
            return "Node is not installed.";
        }

        return package is null || Directory.Exists(Path.Combine(folder, "node_modules", package))
            ? null
            : $"{package} is not installed: run npm ci in tests/Ecodrix.Loopback/{Path.GetFileName(folder)}.";
    }

    /// <summary>Starts a program with its input and output piped.</summary>
    public static Process Start(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(folder, program));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("Node did not start.");
    }
}
