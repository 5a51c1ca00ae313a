using System.Reflection;
using Ecodrix.Storage;

namespace Ecodrix.Bench.Serving;

/// <summary>Stands before the services database and counts each read and write that is asked of it.</summary>
#pragma warning disable CA1852 // A proxy is a type derived from it, made at run time.
internal class CountedCalls : DispatchProxy
#pragma warning restore CA1852
{
    private static long calls;

    private object inner = null!;

    public static long Calls => Interlocked.Read(ref calls);

    public static IServicesDatabase Around(IServicesDatabase database) => (IServicesDatabase)Around(typeof(IServicesDatabase), database);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.Invoke(inner, args);
        if (targetMethod.ReturnType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(IDocuments<>))
        {
            return Around(type, result!);
        }

        Interlocked.Increment(ref calls);
        return result;
    }

    private static object Around(Type type, object inner)
    {
        var proxy = Create(type, typeof(CountedCalls));
        ((CountedCalls)proxy).inner = inner;
        return proxy;
    }
}
