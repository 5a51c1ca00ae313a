using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;

namespace Ecodrix.Storage.Mongo;

/// <summary>What a collection's declared JSON form says of the values at a place. What it does not say is <see cref="Free"/>.</summary>
/// <remarks>It decides which texts are stored as dates, and spares a filter what cannot be there, so that an index can serve it.</remarks>
internal sealed class Shape
{
    /// <summary>Anything may be here: a part whose form only its reader knows.</summary>
    public static readonly Shape Free = new(ShapeKind.Free, null);

    private static readonly Shape Text = new(ShapeKind.Text, null);
    private static readonly Shape Instant = new(ShapeKind.Instant, null);
    private static readonly Shape Number = new(ShapeKind.Number, null);
    private static readonly Shape Boolean = new(ShapeKind.Boolean, null);

    private readonly JsonTypeInfo? declared;
    private readonly ConcurrentDictionary<string, Shape> fields = new(StringComparer.Ordinal);
    private Shape? item;

    private Shape(ShapeKind kind, JsonTypeInfo? declared)
    {
        Kind = kind;
        this.declared = declared;
    }

    public ShapeKind Kind { get; }

    public bool MayBeList => Kind is ShapeKind.Free or ShapeKind.List;

    /// <summary>Of a list its items', of anything else itself.</summary>
    public Shape Single => Kind is ShapeKind.List ? Item : this;

    /// <summary>Of a list's items, or of a map's values.</summary>
    public Shape Item => declared?.ElementType is { } type ? item ??= Of(declared, type) : Free;

    public static Shape Of(JsonTypeInfo info)
    {
        if (info.PolymorphismOptions is not null)
        {
            return Free;
        }

        return info.Kind switch
        {
            JsonTypeInfoKind.Object => new Shape(ShapeKind.Object, info),
            JsonTypeInfoKind.Dictionary => new Shape(ShapeKind.Map, info),
            JsonTypeInfoKind.Enumerable => new Shape(ShapeKind.List, info),
            _ => OfSingle(Nullable.GetUnderlyingType(info.Type) ?? info.Type),
        };
    }

    public bool Admits(ShapeKind kind) => Kind is ShapeKind.Free || Kind == kind;

    public Shape Field(string name) => Kind switch
    {
        ShapeKind.Object => fields.GetOrAdd(name, static (name, self) => self.Declared(name), this),
        ShapeKind.Map => Item,
        _ => Free,
    };

    private Shape Declared(string name)
    {
        var property = declared!.Properties.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.Ordinal));
        return property is null or { CustomConverter: not null } or { IsExtensionData: true } ? Free : Of(declared, property.PropertyType);
    }

    private static Shape Of(JsonTypeInfo among, Type type) => among.Options.TryGetTypeInfo(type, out var info) ? Of(info) : OfSingle(type);

    private static Shape OfSingle(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => Free,
        TypeCode.String => Text,
        TypeCode.Boolean => Boolean,
        >= TypeCode.SByte and <= TypeCode.Decimal => Number,
        _ => type == typeof(DateTimeOffset) ? Instant : Free,
    };
}

internal enum ShapeKind
{
    Free,
    Text,
    Instant,
    Number,
    Boolean,
    Object,
    Map,
    List,
}
