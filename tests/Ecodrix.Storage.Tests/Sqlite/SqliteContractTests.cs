using Ecodrix.Storage.Tests.Contract;

namespace Ecodrix.Storage.Tests.Sqlite;

public sealed class SqliteWritingTests : WritingContract
{
    private protected override IAdapter CreateAdapter() => new SqliteAdapter();
}

public sealed class SqliteQueryingTests : QueryingContract
{
    private protected override IAdapter CreateAdapter() => new SqliteAdapter();
}

public sealed class SqliteGroupingTests : GroupingContract
{
    private protected override IAdapter CreateAdapter() => new SqliteAdapter();
}

public sealed class SqliteTenantsTests : TenantsContract
{
    private protected override IAdapter CreateAdapter() => new SqliteAdapter();
}

public sealed class SqliteConditionTests : ConditionContract
{
    private protected override IAdapter CreateAdapter() => new SqliteAdapter();
}
