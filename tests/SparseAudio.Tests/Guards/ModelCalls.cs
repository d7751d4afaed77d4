using SparseAudio.Codec;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using SparseAudio.Models.Workbook;
using SparseAudio.Training;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Guards;

/// <summary>The members of models, codes and clips that take tensors; those of models with a small model of each kind.</summary>
internal static class ModelCalls
{
    private const string Code = "encoding.Channels int64 (b, e); encoding.Frames int64 (b, e); encoding.Values float32 (b, e)";

    private static readonly ModelConfig _published = new PublishedConfig
    {
        Samples = 4096,
        Frames = 16,
        Channels = 64,
        Events = 4,
        EncoderDepth = 2,
        ImpulseSamples = 1024,
        Rooms = 2,
    };

    private static readonly ModelConfig _workbook = new WorkbookConfig
    {
        Samples = 4096,
        Frames = 16,
        Channels = 64,
        Events = 4,
        EncoderDepth = 2,
        EncoderWidth = 16,
        Rooms = 2,
        SurroundingSamples = 0,
    };

    public static IEnumerable<TensorCall> All() =>
    [
        .. OfModel(_published), .. OfModel(_workbook), .. OfCodes(),
        new(typeof(NoteDetector), nameof(NoteDetector.forward), "audio float32 (b, 4096)", t => new NoteDetector(new NoteDetectorConfig { Width = 4 }).forward(
            t["audio"])),
        new(typeof(ClipTensors), nameof(ClipTensors.ToClip), "sound real (1…, n=16)", t => t["sound"].ToClip(22050)),
        new(typeof(CodeTensors), nameof(CodeTensors.ToCode), $"{Code}; encoding.Context? float32 (b, n=32)", t => CodeTensors.ToCode(
            EncodingOf(t), _workbook, "model")),
    ];

    private static IEnumerable<TensorCall> OfModel(ModelConfig config)
    {
        var model = new Lazy<SparseAudioModel>(() => Evaluated(config));
        TensorCall Of(string member, string tensors, Func<SparseAudioModel, IReadOnlyDictionary<string, Tensor>, object?> call) =>
            new(typeof(SparseAudioModel), member, tensors, t => call(model.Value, t));
        var code = $"{Code}; encoding.Context? float32 (b, {config.ContextWidth}); encoding.Gains? float32 (b, e)"
            + (config.DetailSize > 0 ? $"; encoding.Details? float32 (b, e, {config.DetailSize})" : "");
        return
        [
            Of(nameof(SparseAudioModel.Encode), "audio float32 (b, 1, 4096)", (m, t) => m.Encode(t["audio"])),
            Of(nameof(SparseAudioModel.forward), "audio float32 (b, 1, 4096)", (m, t) => m.forward(t["audio"])),
            Of(nameof(SparseAudioModel.DecodeEvents), code, (m, t) => m.DecodeEvents(EncodingOf(t))),
            Of(nameof(SparseAudioModel.DecodeDry), code, (m, t) => m.DecodeDry(EncodingOf(t))),
            Of(nameof(SparseAudioModel.NotesOf), code, (m, t) => m.NotesOf(EncodingOf(t))),
            Of(nameof(SparseAudioModel.DecodeParts), code, (m, t) => m.DecodeParts(EncodingOf(t))),
            Of(nameof(SparseAudioModel.DecodeResonances), code, (m, t) => m.DecodeResonances(EncodingOf(t))),
            Of(nameof(SparseAudioModel.DecodeSum), $"{code}; noiseFloor? float32 (b, 1, 4096)", (m, t) => m.DecodeSum(
                EncodingOf(t), t.GetValueOrDefault("noiseFloor"))),
            Of(nameof(SparseAudioModel.ContextOf), Code, (m, t) => m.ContextOf(EncodingOf(t))),
            Of(nameof(SparseAudioModel.ReverbResponse), $"context float32 (b, {config.ContextWidth})", (m, t) => m.ReverbResponse(t["context"])),
            Of(nameof(SparseAudioModel.SetReverbResponses), "responses real (2, 4096)", (m, t) => Done(() => m.SetReverbResponses(t["responses"]))),
            .. config.DetailSize == 0 ? [] : Refining(model, code),
        ];
    }

    private static TensorCall[] Refining(Lazy<SparseAudioModel> model, string code) =>
    [
        new(typeof(Refinement), nameof(Refinement.Refine), $"audio float32 (b, 1, 4096); {code}; ringing? float32 (b, 1, 4096); carriedOn? float32 (b, 1, 4096)",
            t => Refinement.Refine(
                model.Value, t["audio"], EncodingOf(t), steps: 1, ringing: t.GetValueOrDefault("ringing"), carriedOn: t.GetValueOrDefault("carriedOn"))),
    ];

    private static IEnumerable<TensorCall> OfCodes()
    {
        TensorCall Of(string member, string tensors, Func<IReadOnlyDictionary<string, Tensor>, object?> call) =>
            new(typeof(SparseEncoding), member, tensors, call);
        Tensor Cells() => zeros([2, 3], ScalarType.Int64, CPU);
        SparseEncoding Right() => new(Cells(), Cells(), zeros([2, 3], device: CPU));
        return
        [
            Of("new", "Channels int64 (b, e); Frames int64 (c=2, f=3); Values real (d=2, g=3)", t => new SparseEncoding(
                t["Channels"], t["Frames"], t["Values"])),
            Of(nameof(SparseEncoding.Channels), "Channels int64 (b, e)", t => Right() with { Channels = t["Channels"] }),
            Of(nameof(SparseEncoding.Frames), "Frames int64 (b, e)", t => Right() with { Frames = t["Frames"] }),
            Of(nameof(SparseEncoding.Values), "Values real (b, e)", t => Right() with { Values = t["Values"] }),
            Of(nameof(SparseEncoding.Context), "Context? real (b, n=4)", t => Right() with { Context = t["Context"] }),
            Of(nameof(SparseEncoding.Details), "Details? real (b, e, n=4)", t => Right() with { Details = t["Details"] }),
            Of(nameof(SparseEncoding.Gains), "Gains? real (b, e)", t => Right() with { Gains = t["Gains"] }),
        ];
    }

    private static SparseAudioModel Evaluated(ModelConfig config)
    {
        var model = ModelPreset.Build(config);
        model.eval();
        return model;
    }

    private static SparseEncoding EncodingOf(IReadOnlyDictionary<string, Tensor> tensors) =>
        new(tensors["encoding.Channels"], tensors["encoding.Frames"], tensors["encoding.Values"])
        {
            Context = tensors.GetValueOrDefault("encoding.Context"),
            Details = tensors.GetValueOrDefault("encoding.Details"),
            Gains = tensors.GetValueOrDefault("encoding.Gains"),
        };

    private static object? Done(Action action)
    {
        action();
        return null;
    }
}
