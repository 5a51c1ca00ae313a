using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Tests.Templates;

public sealed class LiquidTemplateTests
{
    [Theory]
    [InlineData("Hello", "Hello")]
    [InlineData("Hi {{ lead.firstName }}!", "Hi Asha!")]
    [InlineData("{{lead.fullName}} of {{client.name}}", "Asha Rao of Acme")]
    [InlineData("{{ lead.score }}/{{ lead.dealValue }}/{{ lead.optedIn }}/{{ lead.tags }}", "42/1234.5/false/vipnew")]
    [InlineData("{{ lead.lastName | default: \"friend\" }}", "friend")]
    [InlineData("{{ lead.firstName | upcase | append: '!' }}", "ASHA!")]
    [InlineData("{% if lead.score > 40 %}hot{% else %}cold{% endif %}", "hot")]
    [InlineData("{% for line in data.order.lines %}{{ forloop.index }}. {{ line.name }} x{{ line.qty }};{% endfor %}", "1. Pen x2;2. Ink x1;")]
    [InlineData("{% assign who = lead.firstName | downcase %}{{ who }}{{ who.size }}", "asha4")]
    [InlineData("{% capture line %}{{ lead.firstName }}-{{ event.count }}{% endcapture %}{{ line }}", "Asha-3")]
    [InlineData("{% case lead.score %}{% when 42 %}yes{% else %}no{% endcase %}", "yes")]
    [InlineData("{% unless lead.optedIn %}out{% endunless %}", "out")]
    [InlineData("{{ lead.tags | join: ', ' }}", "vip, new")]
    [InlineData("{{ lead.tags.first }}{{ lead.tags[1] }}{{ lead.tags.size }}", "vipnew2")]
    [InlineData("{{ data.order.lines | map: 'name' | join: '+' }}", "Pen+Ink")]
    [InlineData("{{ lead.score | plus: 8 | times: 2 }}", "100")]
    [InlineData("a {%- if true -%} b {%- endif -%} c", "abc")]
    [InlineData("{% raw %}{{ lead.firstName }}{% endraw %}", "{{ lead.firstName }}")]
    [InlineData("x{% comment %}{{ nothing }}{% endcomment %}y", "xy")]
    [InlineData("{% for i in (1..3) %}{{ i }}{% endfor %}", "123")]
    [InlineData("{% for i in (1..9) %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% else %}none{% endfor %}", "123")]
    [InlineData("a { b {c} {{ lead.firstName }} }} %}", "a { b {c} Asha }} %}")]
    [InlineData("{{ resolved.today }} {{ resolved.booking.messageId }}", "2026-03-16 m1")]
    [InlineData("{{ resolved.now }}", "2026-03-16T02:00:05+05:30")]
    [InlineData("{% if resolved.today == '2026-03-16' %}{{ 'now' | date: '%H' }}{% endif %}", "02")]
    [InlineData("{{ data.order }}", """{"lines":[{"name":"Pen","qty":2},{"name":"Ink","qty":1}]}""")]
    [InlineData("{{ 'a,b' | split: ',' | reverse | join: '' }}", "ba")]
    [InlineData("{{ \"it's }} fine\" }}", "it's }} fine")]
    [InlineData("{{ lead.fullName | slice: -3, 3 }}", "Rao")]
    [InlineData("{{ lead.fullName | truncate: 6 }}", "Ash...")]
    public void A_template_renders_as_Shopify_documents_it(string template, string expected)
    {
        Rendered.Text(template).ShouldBe(expected);
    }

    [Theory]
    [InlineData("%d %B %Y, %I:%M %p", "15 March 2026, 03:00 PM")]
    [InlineData("%-d/%-m/%y %-I.%M%P", "15/3/26 3.00pm")]
    [InlineData("%A %a %j %e %^b %Y%m%dT%H%M%S%z", "Sunday Sun 074 15 MAR 20260315T150000+0530")]
    [InlineData("%F %T %:z %%", "2026-03-15 15:00:00 +05:30 %")]
    [InlineData("%-M %s %L %Q", "0 1773567000 000 %Q")]
    [InlineData("%U %W %V %u %w %G", "11 10 11 7 0 2026")]
    public void Dates_are_written_by_strftime_in_the_tenants_zone(string format, string expected)
    {
        Rendered.Text($"{{{{ lead.createdAt | date: \"{format}\" }}}}").ShouldBe(expected);
    }

    [Theory]
    [InlineData("'2026-07-01'", "2026-07-01 00:00 +0530")]
    [InlineData("'2026-07-01 18:15'", "2026-07-01 18:15 +0530")]
    [InlineData("'2026-07-01T18:15:00+02:00'", "2026-07-01 21:45 +0530")]
    [InlineData("1782907200", "2026-07-01 17:30 +0530")]
    [InlineData("'soon'", "soon")]
    public void Whatever_means_a_time_can_be_written_as_a_date(string input, string expected)
    {
        Rendered.Text($"{{{{ {input} | date: '%Y-%m-%d %H:%M %z' }}}}").ShouldBe(expected);
    }

    [Fact]
    public void A_missing_value_renders_empty_and_is_reported_once()
    {
        var rendering = Rendered.Rendering("Hi {{ lead.nickName }}{{ lead.nickName }} {{ lead.lastName | upcase }}{{ lead.nickName | default: 'x' }}");

        rendering.Text.ShouldBe("Hi  x");
        rendering.Warnings.ShouldBe(["{{ lead.nickName }} is missing", "{{ lead.lastName }} is missing"]);
    }

    [Fact]
    public void A_value_is_never_parsed_again()
    {
        Rendered.Text("{{ event.tricky }} {{ event.tricky | append: '{{ lead.score }}' }}").ShouldBe("{{ lead.fullName }} {{ lead.fullName }}{{ lead.score }}");
    }

    [Fact]
    public void In_HTML_values_are_escaped_and_the_template_text_stands()
    {
        const string Escaped = "&lt;b&gt;Tea &amp; &quot;cake&quot;&lt;/b&gt;";

        Rendered.Text("<p title='x'>{{ event.title }}</p>", TextForm.Html).ShouldBe($"<p title='x'>{Escaped}</p>");
        Rendered.Text("{% if true %}<i>{{ event.title | append: '<' }}</i>{% endif %}", TextForm.Html).ShouldBe($"<i>{Escaped}&lt;</i>");
        Rendered.Text("{% for tag in lead.tags %}<li>{{ event.title }}</li>{% endfor %}", TextForm.Html).ShouldBe($"<li>{Escaped}</li><li>{Escaped}</li>");
        Rendered.Text("{% assign t = event.title %}{{ t }}", TextForm.Html).ShouldBe(Escaped);
        Rendered.Text("{{ lead.firstName }} é 😀 {{ 'é😀' }}", TextForm.Html).ShouldBe("Asha é 😀 é😀");
    }

    [Fact]
    public void In_HTML_nothing_is_escaped_twice()
    {
        const string Escaped = "&lt;b&gt;Tea &amp; &quot;cake&quot;&lt;/b&gt;";

        Rendered.Text("{% capture t %}<i>{{ event.title }}</i>{% endcapture %}{{ t }}{% assign u = t %}{{ u }}", TextForm.Html).ShouldBe($"<i>{Escaped}</i><i>{Escaped}</i>");
        Rendered.Text("{{ event.title | escape }}", TextForm.Html).ShouldBe(Escaped);
        Rendered.Text("{{ event.text | newline_to_br }}", TextForm.Html, """{"event":{"text":"a<\nb"}}""").ShouldBe("a&lt;<br />\nb");
        Rendered.Text("{{ event.title | escape }}{{ event.title }}").ShouldBe(Escaped + "<b>Tea & \"cake\"</b>");
    }

    [Fact]
    public void In_a_URL_values_are_encoded()
    {
        Rendered.Text("https://x.test/{{ event.title }}?n={{ lead.fullName }}&c={{ event.count }}", TextForm.Url)
            .ShouldBe("https://x.test/%3Cb%3ETea%20%26%20%22cake%22%3C%2Fb%3E?n=Asha%20Rao&c=3");
    }

    [Theory]
    [InlineData("{{ lead.firstName", "is not closed")]
    [InlineData("{% if lead.score %}x", "if tag was never closed")]
    [InlineData("{% endif %}", "endif")]
    [InlineData("{% if %}x{% endif %}", "if")]
    [InlineData("{% include 'secrets' %}", "there is no tag 'include'")]
    [InlineData("{% render 'x' %}", "there is no tag 'render'")]
    [InlineData("{% extends 'x' %}", "there is no tag 'extends'")]
    [InlineData("{% param culture = 'de' %}", "there is no tag 'param'")]
    [InlineData("{{ lead.firstName | shout }}", "there is no filter 'shout'")]
    [InlineData("{{ 1 | print_raw: 0 }}", "there is no filter 'print_raw'")]
    [InlineData("{{ lead.firstName | append: 'x }}", "quotation mark")]
    [InlineData("{{ }}", "empty")]
    [InlineData("{% raw %}x", "'raw' is not closed")]
    [InlineData("{{ (1..1000000000) | size }}", "range")]
    [InlineData("{% assign r = (1..1000000000) %}{{ r.size }}", "range")]
    [InlineData("{% cycle lead.firstName, 'b' %}", "cycle")]
    public void What_is_no_template_is_refused_with_the_reason(string template, string reason)
    {
        Rendered.Problem(template).ShouldContain(reason);
    }

    [Theory]
    [InlineData("{{ lead.GetType }}{{ lead.Count }}{{ lead.firstName.Length }}")]
    [InlineData("{{ lead.Keys }}{{ lead['Comparer'] }}{{ lead.tags.Capacity }}")]
    public void No_member_of_NET_can_be_reached(string template)
    {
        Rendered.Text(template).ShouldBeEmpty();
    }

    [Fact]
    public void Broken_arithmetic_is_a_warning_and_the_rest_is_rendered()
    {
        var rendering = Rendered.Rendering("a{{ lead.score | divided_by: 0 }}b{{ lead.firstName | plus: 1 }}c");

        rendering.Text.ShouldBe("abc");
        rendering.Warnings.ShouldNotBeEmpty();
    }

    [Fact]
    public void Any_number_of_threads_renders_one_template_at_once()
    {
        var template = "{% for tag in lead.tags %}{{ tag | upcase }}{% increment n %}{% endfor %}{{ event.title }}";

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, turn =>
            Rendered.Text(template, turn % 2 == 0 ? TextForm.Html : TextForm.Plain)
                .ShouldBe(turn % 2 == 0 ? "VIP0NEW1&lt;b&gt;Tea &amp; &quot;cake&quot;&lt;/b&gt;" : "VIP0NEW1<b>Tea & \"cake\"</b>"));
    }

    [Fact]
    public void The_cache_of_parsed_templates_does_not_grow_without_end()
    {
        var cache = new TemplateCache(10);

        for (var number = 0; number < 100; number++)
        {
            cache.GetOrAdd($"text {number}", text => (null, text)).Problem.ShouldBe($"text {number}");
            cache.Count.ShouldBeLessThanOrEqualTo(10);
        }
    }
}
