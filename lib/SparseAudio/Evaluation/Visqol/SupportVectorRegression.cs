using System.Globalization;

namespace SparseAudio.Evaluation.Visqol;

/// <summary>A trained support vector regression with a radial kernel, read from libsvm's text format.</summary>
internal sealed class SupportVectorRegression
{
    private const string ShippedName = "libsvm_nu_svr_model.txt";
    private static readonly Lazy<SupportVectorRegression> _shipped = new(() =>
    {
        using var reader = new StreamReader(typeof(SupportVectorRegression).Assembly.GetManifestResourceStream(ShippedName)!);
        return new SupportVectorRegression(reader);
    });

    private readonly double _gamma;
    private readonly double _offset;
    private readonly List<(double Weight, double[] Vector)> _vectors = [];

    private SupportVectorRegression(TextReader model)
    {
        var inVectors = false;
        while (model.ReadLine() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (inVectors) _vectors.Add((Number(words[0]), [.. words.Skip(1).Select(word => Number(word[(word.IndexOf(':') + 1)..]))]));
            else if (words is ["gamma", var gamma]) _gamma = Number(gamma);
            else if (words is ["rho", var rho]) _offset = Number(rho);
            else inVectors = words is ["SV"];
        }
    }

    /// <summary>ViSQOL's own, trained by its authors on the listening tests of TCDAudio14, AACvOpus15 and others (Apache License 2.0).</summary>
    public static SupportVectorRegression Shipped => _shipped.Value;

    /// <summary>The value at a point.</summary>
    /// <param name="point">As many numbers as the vectors have.</param>
    public double Predict(ReadOnlySpan<double> point)
    {
        var sum = -_offset;
        foreach (var (weight, vector) in _vectors)
        {
            var distance = 0.0;
            for (var i = 0; i < vector.Length; i++) distance += (point[i] - vector[i]) * (point[i] - vector[i]);
            sum += weight * Math.Exp(-_gamma * distance);
        }

        return sum;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
