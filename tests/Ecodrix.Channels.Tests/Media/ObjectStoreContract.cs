using System.Text;
using Ecodrix.Channels.Media;
using Ecodrix.Loopback;

namespace Ecodrix.Channels.Tests.Media;

/// <summary>What every store promises.</summary>
public abstract class ObjectStoreContract
{
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected abstract IObjectStore Store { get; }

    [Fact]
    public async Task What_was_put_is_there_byte_for_byte()
    {
        var bytes = new byte[300_000];
        Random.Shared.NextBytes(bytes);
        using var content = new MemoryStream(bytes);

        await Store.PutAsync("ACME/2026/03/a-1.webp", content, "image/webp", Cancelled);

        (await ReadAsync("ACME/2026/03/a-1.webp")).ShouldBe(bytes);
        (await Store.ExistsAsync("ACME/2026/03/a-1.webp", Cancelled)).ShouldBeTrue();
        content.CanRead.ShouldBeTrue("it is the caller's to close");
    }

    [Fact]
    public async Task Content_is_read_from_where_it_stands_and_may_be_empty()
    {
        using var content = new MemoryStream("headtail"u8.ToArray()) { Position = 4 };
        await Store.PutAsync("tail", content, "text/plain", Cancelled);
        await Store.PutAsync("none", new MemoryStream(), "text/plain", Cancelled);

        (await ReadAsync("tail")).ShouldBe("tail"u8.ToArray());
        (await ReadAsync("none")).ShouldBe([]);
    }

    [Fact]
    public async Task What_is_put_again_stands_in_the_place_of_the_old()
    {
        await PutAsync("mark", "a longer one");
        await PutAsync("mark", "short");

        (await ReadAsync("mark")).ShouldBe("short"u8.ToArray());
        (await ListAsync("mark")).Single().Size.ShouldBe(5);
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_is_deleted_without_a_word()
    {
        (await Store.GetAsync("nowhere/at/all", Cancelled)).ShouldBeNull();
        (await Store.ExistsAsync("nowhere/at/all", Cancelled)).ShouldBeFalse();
        await Store.DeleteAsync("nowhere/at/all", Cancelled);
        (await ListAsync("nowhere")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_deleted_is_gone_and_its_neighbour_is_not()
    {
        await PutAsync("d/one", "1");
        await PutAsync("d/two", "2");

        await Store.DeleteAsync("d/one", Cancelled);

        (await Store.ExistsAsync("d/one", Cancelled)).ShouldBeFalse();
        (await ListAsync("d/")).Select(found => found.Key).ShouldBe(["d/two"]);
    }

    [Fact]
    public async Task Keys_are_listed_by_their_beginning_in_ordinal_order()
    {
        string[] keys = ["l/a/1", "l/a/10", "l/a/2", "l/ab", "l/B"];
        foreach (var key in keys)
        {
            await PutAsync(key, key);
        }

        await PutAsync("m", "another");

        (await ListAsync("l/")).Select(found => found.Key).ShouldBe(keys.Order(StringComparer.Ordinal));
        (await ListAsync("l/a/")).Select(found => found.Key).ShouldBe(["l/a/1", "l/a/10", "l/a/2"]);
        (await ListAsync("l/a")).Select(found => found.Key).ShouldBe(["l/a/1", "l/a/10", "l/a/2", "l/ab"]);
        (await ListAsync("l/a/1")).Select(found => (found.Key, found.Size)).ShouldBe([("l/a/1", 5), ("l/a/10", 6)]);
    }

    [Fact]
    public async Task More_than_a_page_is_listed_whole()
    {
        await Parallel.ForAsync(0, 1_030, Cancelled, async (n, _) => await PutAsync($"many/{n:d4}", "x"));

        var listed = await ListAsync("many/");

        listed.Select(found => found.Key).ShouldBe(Enumerable.Range(0, 1_030).Select(n => $"many/{n:d4}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    [InlineData("a\\b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        var store = Store; // Where there is none the test is skipped here, not inside what must throw.

        await Should.ThrowAsync<ArgumentException>(() => PutAsync(key, "x"));
        await Should.ThrowAsync<ArgumentException>(() => store.GetAsync(key, Cancelled));
        await Should.ThrowAsync<ArgumentException>(() => store.ExistsAsync(key, Cancelled));
        await Should.ThrowAsync<ArgumentException>(() => store.DeleteAsync(key, Cancelled));
    }

    private protected async Task PutAsync(string key, string text)
    {
        using var content = new MemoryStream(Encoding.ASCII.GetBytes(text));
        await Store.PutAsync(key, content, "text/plain", Cancelled);
    }

    private protected async Task<byte[]?> ReadAsync(string key)
    {
        await using var found = await Store.GetAsync(key, Cancelled);
        if (found is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await found.CopyToAsync(bytes, Cancelled);
        return bytes.ToArray();
    }

    private protected async Task<List<StoredObject>> ListAsync(string prefix)
    {
        List<StoredObject> listed = [];
        await foreach (var found in Store.ListAsync(prefix, Cancelled))
        {
            listed.Add(found);
        }

        return listed;
    }
}

public sealed class FolderStoreTests : ObjectStoreContract, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ecodrix-objects-");

    private protected override IObjectStore Store => new FolderStore(Path.Combine(folder.FullName, "media"));

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>In a bucket the provider sees to it ("Amazon S3 data consistency model"), and the server of these tests does not: it keeps a checksum beside the content.</summary>
    [Fact]
    public async Task Of_two_that_put_the_same_at_once_one_stands_whole()
    {
        var texts = Enumerable.Range(0, 8).Select(n => new string((char)('a' + n), 20_000)).ToList();

        await Task.WhenAll(texts.Select(text => PutAsync("race", text)));

        var stored = Encoding.ASCII.GetString(await ReadAsync("race") ?? []);
        texts.Exists(text => string.Equals(text, stored, StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_unfinished_is_left_or_listed()
    {
        await PutAsync("a/b", "x");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "media", "a", ".new-torn"), "half", Cancelled);

        (await ListAsync("")).Select(found => found.Key).ShouldBe(["a/b"]);
        await Should.ThrowAsync<IOException>(() => Store.PutAsync("a/c", new TornStream(), "text/plain", Cancelled));
        Directory.GetFiles(Path.Combine(folder.FullName, "media", "a")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe([".new-torn", "b"]);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_an_outage_of_the_store()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "media"), "a file where the folder should be", Cancelled);

        await Should.ThrowAsync<ObjectStoreException>(() => PutAsync("a/b", "x"));
    }

    private sealed class TornStream : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw new IOException("It broke off.");
    }
}

/// <summary>Against a server of another make; what proves signatures is the service itself.</summary>
public sealed class S3StoreTests(S3Fixture server) : ObjectStoreContract, IClassFixture<S3Fixture>
{
    private protected override IObjectStore Store => server.Store;

    [Fact]
    public async Task A_server_that_is_gone_or_has_no_such_bucket_is_an_outage_of_the_store()
    {
        using var gone = new S3Store(new S3Bucket(LoopbackS3.Bucket, new Uri("http://127.0.0.1:1"), "id", "secret"));
        using var other = new S3Store(new S3Bucket("nobodys-bucket", server.Endpoint, LoopbackS3.AccessKeyId, LoopbackS3.SecretAccessKey));

        (await Should.ThrowAsync<ObjectStoreException>(() => gone.GetAsync("a", Cancelled))).Message.ShouldNotContain("secret");
        await Should.ThrowAsync<ObjectStoreException>(() => other.GetAsync("a", Cancelled));
        await Should.ThrowAsync<ObjectStoreException>(() => other.PutAsync("a", new MemoryStream([1]), "text/plain", Cancelled));
    }

    [Theory]
    [InlineData("https://s3.eu-central-1.amazonaws.com", "eu-central-1")]
    [InlineData("https://s3.us-west-004.backblazeb2.com", "us-west-004")]
    [InlineData("https://0123456789abcdef.r2.cloudflarestorage.com", "us-east-1")]
    [InlineData("http://127.0.0.1:9000", "us-east-1")]
    public void The_region_is_that_of_the_address(string endpoint, string region) =>
        new S3Bucket("media", new Uri(endpoint), "id", "secret").Region.ShouldBe(region);

    [Fact]
    public void A_bucket_never_shows_its_secret() =>
        new S3Bucket("media", new Uri("https://r2.example"), "id", "hush-hush").ToString().ShouldBe("s3://media");
}

public sealed class S3Fixture : IAsyncLifetime
{
    private LoopbackS3? server;

    private S3Store? store;

    internal IObjectStore Store
    {
        get
        {
            Assert.SkipWhen(store is null, LoopbackS3.WhyUnavailable() ?? "The server did not start.");
            return store!;
        }
    }

    public Uri Endpoint
    {
        get
        {
            _ = Store;
            return server!.Endpoint;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (LoopbackS3.WhyUnavailable() is null)
        {
            server = await LoopbackS3.StartAsync(TestContext.Current.CancellationToken);
            store = new S3Store(new S3Bucket(LoopbackS3.Bucket, server.Endpoint, LoopbackS3.AccessKeyId, LoopbackS3.SecretAccessKey));
        }
    }

    public async ValueTask DisposeAsync()
    {
        store?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }
}
