# syntax=docker/dockerfile:1

# The output is portable, so it is built once, on the builder's own architecture, for amd64 and arm64.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
# Locked: the packages are those whose hashes the lock files hold. Native libraries of other systems are left out.
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish src/Ecodrix.Server -c Release -p:RestoreLockedMode=true -p:RunAnalyzers=false -p:UseAppHost=false -o /out \
    && find /out/runtimes -mindepth 1 -maxdepth 1 ! -name unix ! -name linux ! -name linux-x64 ! -name linux-arm64 -exec rm -r {} + \
    && mkdir /empty

# glibc, as all figures of docs/performance.md; no shell, no package manager. "extra" has ICU and the time zones, which
# clients' zones and currencies need; libstdc++ is in all of them, for the native libraries.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
COPY --from=build /out /app
# Relative paths count from here. It is the only folder the program writes to, and only with sqlite: or file: settings.
COPY --from=build --chown=$APP_UID:$APP_UID /empty /var/lib/ecodrix
WORKDIR /var/lib/ecodrix
ENV PORT=4000
# Hexadecimal, 32 MiB: by itself the runtime collects each 5 MiB, and everybody waits. Only the environment can say so.
ENV DOTNET_GCgen0size=0x2000000
EXPOSE 4000
USER $APP_UID
# There is no curl here: the program asks itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["dotnet", "/app/Ecodrix.Server.dll", "health"]
ENTRYPOINT ["dotnet", "/app/Ecodrix.Server.dll"]
