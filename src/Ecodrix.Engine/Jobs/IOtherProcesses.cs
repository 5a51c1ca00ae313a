namespace Ecodrix.Engine.Jobs;

/// <summary>The processes that work on the same database, as far as a host knows them.</summary>
public interface IOtherProcesses
{
    /// <summary>Something is due that nobody here may take at once: whoever has a free worker is to look. Returns at once; a wake that gets lost costs the time until the next poll.</summary>
    void Wake();
}

/// <summary>A host that knows of no other, or leaves them to their polls.</summary>
internal sealed class NobodyElse : IOtherProcesses
{
    public void Wake()
    {
    }
}
