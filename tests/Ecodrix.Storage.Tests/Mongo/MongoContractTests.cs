using Ecodrix.Storage.Tests.Contract;

namespace Ecodrix.Storage.Tests.Mongo;

public sealed class MongoWritingTests : WritingContract
{
    private protected override IAdapter CreateAdapter() => Adapters.Any();
}

public sealed class MongoQueryingTests : QueryingContract
{
    private protected override IAdapter CreateAdapter() => Adapters.OfCodePoints();
}

public sealed class MongoGroupingTests : GroupingContract
{
    private protected override IAdapter CreateAdapter() => Adapters.Any();
}

public sealed class MongoTenantsTests : TenantsContract
{
    private protected override IAdapter CreateAdapter() => Adapters.Any();
}

public sealed class MongoConditionTests : ConditionContract
{
    private protected override IAdapter CreateAdapter() => Adapters.OfExactMatches();
}

/// <summary>Skips what this machine has no counterpart for.</summary>
internal static class Adapters
{
    public static IAdapter Any()
    {
        _ = MongoServer.Uri;
        return new MongoAdapter();
    }

    public static IAdapter OfExactMatches()
    {
        MongoServer.NeedsListsToBeLookedIntoOnce();
        return OfCodePoints();
    }

    public static IAdapter OfCodePoints()
    {
        MongoServer.NeedsTheOrderOfCodePoints();
        return new MongoAdapter();
    }
}
