using System.Runtime.CompilerServices;

namespace Ecodrix.Server.Tests.Architecture;

public sealed class FeatureBordersTests
{
    [Fact]
    public void Features_meet_only_at_their_doors() =>
        FeatureBorders.Violations(Sources()).ShouldBeEmpty();

    [Fact]
    public void Doors_form_no_circle() =>
        FeatureBorders.DoorCycle(Sources()).ShouldBeEmpty();

    [Fact]
    public void A_planted_reach_over_a_border_is_found()
    {
        SourceFile[] files =
        [
            new("Leads", "LeadDoor.cs", "internal sealed class LeadDoor { public Lead Find() => null!; }"),
            new("Leads", "Lead.cs", "internal sealed record Lead;"),
            new("Leads", "LeadPurge.cs", "internal static class LeadPurge;"),
            new("Events", "Trigger.cs", "internal sealed class Trigger(LeadDoor leads) { Lead lead; /* no */ }\nvoid X() => LeadPurge.Run();"),
        ];

        FeatureBorders.Violations(files).ShouldBe(["Events/Trigger.cs uses Leads's LeadPurge, which is not its door"]);
    }

    [Fact]
    public void A_member_that_has_the_name_of_anothers_type_is_no_reach_over_a_border()
    {
        SourceFile[] files =
        [
            new("Leads", "Stage.cs", "internal sealed record Stage;"),
            new("Events", "Trigger.cs", "internal sealed record Trigger(string Stage);\nvoid X() => Y(Stage: 1, new Z { Stage = 2 });"),
            new("Events", "Reach.cs", "internal sealed record Reach(Stage Where);"),
        ];

        FeatureBorders.Violations(files).ShouldBe(["Events/Reach.cs uses Leads's Stage, which is not its door"]);
    }

    [Fact]
    public void A_planted_circle_of_doors_is_found()
    {
        SourceFile[] files =
        [
            new("Leads", "LeadDoor.cs", "internal sealed class LeadDoor(EventDoor events);"),
            new("Events", "EventDoor.cs", "internal sealed class EventDoor(LeadDoor leads);"),
            new("Jobs", "JobDoor.cs", "internal sealed class JobDoor(EventDoor events);"),
        ];

        FeatureBorders.DoorCycle(files).ShouldBe(["Events", "Jobs", "Leads"]);
    }

    private static List<SourceFile> Sources([CallerFilePath] string here = "")
    {
        var features = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/Ecodrix.Server/Features"));
        var files = Directory.EnumerateFiles(features, "*.cs", SearchOption.AllDirectories)
            .Select(path => new SourceFile(Path.GetRelativePath(features, path).Split('/', '\\')[0], Path.GetFileName(path), File.ReadAllText(path)))
            .ToList();
        files.Count.ShouldBeGreaterThan(20, "the sources must be where the test looks");
        return files;
    }
}
