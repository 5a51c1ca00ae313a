using System.Diagnostics;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Tests.Templates;

/// <summary>A tenant's template can neither hold a worker nor fill its memory.</summary>
public sealed class RenderLimitTests
{
    public static TheoryData<string> Runaways => new()
    {
        "{% for a in (1..10000) %}{% for b in (1..10000) %}{% for c in (1..10000) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in (1..2000000000) %}{% endfor %}",
        "{% for a in (1..2147483647) %}{{ a }}{% endfor %}",
        "{% assign s = 'xxxxxxxxxxxxxxxx' %}{% for a in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s.size }}",
        "{% assign s = 'xxxxxxxxxxxxxxxx' %}{% for a in (1..200) %}{% assign s = s | base64_encode | base64_encode %}{% endfor %}",
        "{% assign s = 'x' %}{% for a in (1..5000) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}",
        "{% assign s = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' %}{% for a in (1..30) %}{% assign s = s | replace: 'x', s %}{% endfor %}",
        "{% assign s = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' %}{% for a in (1..30) %}{% assign l = s | split: '' %}{% assign s = l | join: s %}{% endfor %}",
        "{% assign l = 'a,b,c' | split: ',' %}{% for a in (1..60) %}{% assign l = l | concat: l %}{% endfor %}{{ l.size }}",
        "{% for a in (1..10000) %}" + new string('x', 1_000) + "{% endfor %}",
        "{% for a in (1..9000) %}{% capture s %}" + new string('x', 60_000) + "{% endcapture %}{% endfor %}",
        "{% assign s = 'é' %}{% for a in (1..9000) %}{% assign s = s | url_encode | escape %}{% endfor %}",
        "{{ 'now' | date: '" + string.Concat(Enumerable.Repeat("%c", 200)) + "' }}",
    };

    [Theory]
    [MemberData(nameof(Runaways))]
    public void A_runaway_template_is_stopped_soon_and_in_little_memory(string text)
    {
        LiquidTemplate.TryParse(text, out _, out _).ShouldBeTrue();
        var started = Stopwatch.GetTimestamp();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var rendering = Rendered.Rendering(text);

        rendering.Problem.ShouldNotBeNull();
        rendering.Text.ShouldBeEmpty();
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(256L * 1024 * 1024);
    }

    [Fact]
    public void Pathological_HTML_is_stripped_in_linear_time()
    {
        var values = Event(string.Concat(Enumerable.Repeat("<script", 8_000)));
        var started = Stopwatch.GetTimestamp();

        Rendered.Text("{{ event.text | strip_html | size }}", values: values).ShouldBe("56000");

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Blocks_nested_beyond_measure_are_refused_before_they_can_exhaust_the_stack()
    {
        var text = string.Concat(Enumerable.Repeat("{% if true %}", 4_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 4_000));

        LiquidTemplate.TryParse(text[..60_000], out _, out var problem).ShouldBeFalse();

        problem.ShouldContain("nested deeper than 32");
    }

    [Fact]
    public void As_many_blocks_as_are_allowed_render()
    {
        var text = string.Concat(Enumerable.Repeat("{% if true %}", 32)) + "deep" + string.Concat(Enumerable.Repeat("{% endif %}", 32));

        Rendered.Text(text).ShouldBe("deep");
    }

    [Fact]
    public void A_text_that_is_too_long_or_has_too_many_filters_is_refused()
    {
        Rendered.Problem(new string('x', RenderLimits.MaxLength + 1)).ShouldContain("longer than");
        Rendered.Problem("{{ 'x'" + string.Concat(Enumerable.Repeat(" | upcase", 21)) + " }}").ShouldContain("more than 20 filters");
    }

    [Fact]
    public void A_long_value_makes_the_text_too_long_in_either_way_of_rendering()
    {
        var values = Event(new string('x', 70_000));

        Rendered.Rendering("{{ event.text }}", TextForm.Plain, values).Problem.ShouldBe("grows beyond 65,536 characters");
        Rendered.Rendering("{% if true %}{{ event.text }}{% endif %}", TextForm.Plain, values).Problem.ShouldBe("grows beyond 65,536 characters");
    }

    [Fact]
    public void Ten_thousand_turns_are_allowed()
    {
        (Rendered.Rendering("{% for a in (1..10000) %}{% endfor %}ok").Problem ?? string.Empty).ShouldNotContain("loops");
        Rendered.Rendering("{% for a in (1..100) %}{% for b in (1..100) %}{% endfor %}{% endfor %}ok").Problem.ShouldNotBeNull();
    }

    private static string Event(string text) => $$$"""{"event":{"text":"{{{text}}}"}}""";
}
