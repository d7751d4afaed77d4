using static TorchSharp.torch;

namespace SparseAudio.Tests.Guards;

/// <summary>A call of a public member with tensors, right or wrong.</summary>
/// <param name="Type">The member's type.</param>
/// <param name="Member">Its name; <c>new</c> for the constructor.</param>
/// <param name="Tensors">What it wants, see <see cref="TensorArgument"/>.</param>
/// <param name="Call">Calls it.</param>
internal sealed record TensorCall(Type Type, string Member, string Tensors, Func<IReadOnlyDictionary<string, Tensor>, object?> Call)
{
    /// <summary>The member's full name without that of the library.</summary>
    public string Name => $"{Type.FullName!["SparseAudio.".Length..]}.{Member}";

    /// <summary>Everything that is wrong with how the member answers to right and wrong tensors.</summary>
    public IEnumerable<string> Faults()
    {
        var arguments = TensorArgument.Parse(Tensors);
        if (Answer(arguments.ToDictionary(argument => argument.Name, argument => (Func<Tensor?>)argument.Right)) is { } unexpected)
        {
            yield return $"{Name}: right tensors: {unexpected}";
            yield break;
        }

        foreach (var argument in arguments)
        {
            var otherReals = arguments.Count(other => other.Kind == "real") > 1;
            foreach (var (what, make, refused) in argument.Variations(otherReals))
            {
                var makers = arguments.ToDictionary(other => other.Name, other => other == argument ? make : (Func<Tensor?>)other.Right);
                var answer = Answer(makers);
                if (!refused && answer is null) continue;
                // Sizes and types that two tensors share: either of the two may be the wrong one.
                string[] names = [.. (what == "null" ? [argument] : arguments).SelectMany(other => other.ParameterNames)];
                if (refused && answer is ArgumentException { ParamName: { } name } && names.Contains(name)) continue;
                yield return $"{Name}: {argument.Name} is {what}: {(answer is null ? "accepted" : $"{answer.GetType().Name}: {answer.Message.Split('\n')[0]}")}";
            }
        }
    }

    private Exception? Answer(Dictionary<string, Func<Tensor?>> makers)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        try
        {
            _ = Call(makers.ToDictionary(maker => maker.Key, maker => maker.Value()!));
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
