using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparseAudio.Tests.Devcontainer;

/// <summary>What devcontainer.json may say, as far as this repository says it: the format's property names, types and choices.</summary>
internal static partial class DevcontainerRules
{
    private static readonly Dictionary<string, Func<JsonElement, bool>> _properties = new()
    {
        ["name"] = IsString,
        ["build"] = value =>
            IsObject(value, new() { ["dockerfile"] = IsString, ["context"] = IsString, ["target"] = IsString, ["args"] = IsStrings })
                && value.TryGetProperty("dockerfile", out _),
        ["hostRequirements"] = value => IsObject(value, new() { ["cpus"] = IsPositive, ["memory"] = IsSize, ["storage"] = IsSize, ["gpu"] = IsGpu }),
        ["mounts"] = value => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(mount => IsString(mount) || IsMount(mount)),
        ["containerEnv"] = IsStrings,
        ["remoteEnv"] = IsStrings,
        ["remoteUser"] = IsString,
        ["containerUser"] = IsString,
        ["onCreateCommand"] = IsCommand,
        ["postCreateCommand"] = IsCommand,
        ["postStartCommand"] = IsCommand,
        ["features"] = value => value.ValueKind == JsonValueKind.Object,
        ["customizations"] = value =>
            value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(tool => tool.Value.ValueKind == JsonValueKind.Object),
    };

    /// <summary>The names of the properties that are unknown or have a value that the format does not allow.</summary>
    public static IEnumerable<string> Violations(JsonElement root) =>
        root.EnumerateObject().Where(property => !_properties.TryGetValue(property.Name, out var allows) || !allows(property.Value))
            .Select(property => property.Name);

    private static bool IsString(JsonElement value) => value.ValueKind == JsonValueKind.String;

    private static bool IsPositive(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1;

    private static bool IsSize(JsonElement value) => IsString(value) && Size().IsMatch(value.GetString()!);

    private static bool IsStrings(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(entry => IsString(entry.Value));

    private static bool IsGpu(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False
        || (IsString(value) && value.GetString() == "optional")
        || IsObject(value, new() { ["cores"] = IsPositive, ["memory"] = IsSize });

    private static bool IsMount(JsonElement value) =>
        IsObject(value,
            new() { ["type"] = type => IsString(type) && type.GetString() is "bind" or "volume", ["source"] = IsString, ["target"] = IsString })
        && value.TryGetProperty("type", out _) && value.TryGetProperty("target", out _);

    private static bool IsCommand(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => true,
        JsonValueKind.Array => value.EnumerateArray().All(IsString),
        JsonValueKind.Object => value.EnumerateObject().All(entry => IsCommand(entry.Value)),
        _ => false,
    };

    private static bool IsObject(JsonElement value, Dictionary<string, Func<JsonElement, bool>> properties) =>
        value.ValueKind == JsonValueKind.Object
        && value.EnumerateObject().All(property => properties.TryGetValue(property.Name, out var allows) && allows(property.Value));

    [GeneratedRegex(@"^\d+([tgmk]b)?$")]
    private static partial Regex Size();
}
