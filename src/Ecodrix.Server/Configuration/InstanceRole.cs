namespace Ecodrix.Server.Configuration;

/// <summary>What a process is for, where several share the work (<c>ECODRIX_ROLE</c>).</summary>
internal enum InstanceRole
{
    /// <summary>It answers requests and works.</summary>
    All,

    /// <summary>It answers requests; what they bring is worked on elsewhere.</summary>
    Api,

    /// <summary>It works, and answers nothing but health, figures and other instances.</summary>
    Worker,
}
