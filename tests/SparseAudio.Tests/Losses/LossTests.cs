using SparseAudio.Losses;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Losses;

[Collection("torch")]
public sealed class LossTests : IDisposable
{
    private const int Samples = 2048;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void The_collapsed_loss_is_the_published_loop_in_value_and_in_every_gradient()
    {
        var (target, events) = (Random(1, [2, 1, Samples]).requires_grad_(), Random(2, [2, 5, Samples]).requires_grad_());

        var collapsed = new PublishedLoss(turns: 5).Compute(target, events).Total;
        var literal = PublishedLoop(target, events);

        AssertClose(literal, collapsed, 1e-6);
        var gradients = autograd.grad([collapsed], [target, events]);
        var references = autograd.grad([literal], [target, events]);
        AssertClose(references[0], gradients[0], 1e-4);
        AssertClose(references[1], gradients[1], 1e-4);
    }

    [Fact]
    public void The_loss_of_the_events_is_that_of_their_sum()
    {
        var (target, events) = (Random(1, [2, 1, Samples]), Random(2, [2, 5, Samples]));
        var loss = new PublishedLoss();

        AssertClose(loss.Compute(target, events).Total, loss.Compute(target, events.sum(1, true)).Total, 1e-6);
    }

    [Fact]
    public void The_published_parts_are_named_by_band_and_window_and_sum_to_the_total()
    {
        var loss = new PublishedLoss().Compute(Random(1, [1, 1, Samples]), Random(2, [1, 3, Samples]));

        var (total, numbers) = loss.ToNumbers();

        Assert.Equal(["512_long", "512_short", "1024_long", "1024_short", "2048_long", "2048_short"], numbers.Keys);
        Assert.Equal(loss.Total.item<float>(), total);
        Assert.Equal(total, numbers.Values.Sum(), 1e-5);
    }

    [Fact]
    public void A_perfect_sum_of_wrong_events_is_no_mistake_for_any_event()
    {
        var events = Random(2, [1, 3, Samples]);
        var target = events.sum(1, true);

        Assert.Equal(0, new PerEventLoss().Compute(target, events).Total.item<float>(), 1e-4);
        Assert.True(new PerEventLoss().Compute(target * 2, events).Total.item<float>() > 1e-4);
    }

    [Fact]
    public void An_event_is_drawn_to_what_the_others_leave_and_to_nothing_else()
    {
        var (target, events) = (Random(1, [1, 1, Samples]), Random(2, [1, 3, Samples]).requires_grad_());

        var gradient = autograd.grad([new PerEventLoss().Compute(target, events).Total], [events])[0];

        // By hand: only the first event, against the target minus the other two, which stand still.
        var first = events.detach().narrow(1, 0, 1).requires_grad_();
        var rest = target - events.detach().narrow(1, 1, 2).sum(1, true);
        var alone = autograd.grad([MultibandSpectrogram.Distance(rest, first, 1e-6).Total], [first])[0];
        AssertClose(alone, gradient.narrow(1, 0, 1), 1e-3);
    }

    [Fact]
    public void A_few_random_events_are_chosen_by_the_seed_and_stand_for_all()
    {
        var (target, events) = (Random(1, [1, 1, Samples]), Random(2, [1, 8, Samples]).requires_grad_());
        var loss = new PerEventLoss(eventsPerStep: 2);

        manual_seed(5);
        var gradient = autograd.grad([loss.Compute(target, events).Total], [events])[0];
        manual_seed(5);
        var again = autograd.grad([loss.Compute(target, events).Total], [events])[0];

        AssertClose(gradient, again, 0);
        var touched = gradient.abs().sum(2).flatten().data<float>().Count(sum => sum > 0);
        Assert.Equal(2, touched);
        var mean = Enumerable.Range(0, 40).Average(_ => loss.Compute(target, events).Total.item<float>());
        Assert.Equal(1, mean / new PerEventLoss().Compute(target, events).Total.item<float>(), 0.1);
    }

    [Fact]
    public void Spectral_losses_are_zero_for_equal_sounds_and_known_for_half_the_amplitude()
    {
        var (target, half) = (Random(1, [1, 1, Samples]), Random(1, [1, 1, Samples]) / 2);
        ILoss[] losses = [new MultiResolutionStftLoss(floor: 1e-9), new MelLoss(floor: 1e-9)];

        Assert.All(losses, loss => Assert.Equal(0, loss.Compute(target, target).Total.item<float>(), 1e-5));
        Assert.Equal(0.5 + Math.Log(2), losses[0].Compute(target, half).Total.item<float>(), 1e-3);
        Assert.Equal(Math.Log(2), losses[1].Compute(target, half).Total.item<float>(), 1e-3);
    }

    [Fact]
    public void A_part_of_a_loss_is_a_single_number()
    {
        using var scope = NewDisposeScope();
        var one = zeros([], device: CPU);

        Assert.Equal("parts", Assert.Throws<ArgumentException>(() => LossParts.Of([("a", one), ("b", zeros([2], device: CPU))])).ParamName);
        Assert.Equal("parts", Assert.Throws<ArgumentException>(() => LossParts.Of([("a", one), ("b", zeros([], ScalarType.Int64, CPU))])).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => LossParts.Of([]));
    }

    [Fact]
    public void A_weighted_loss_keeps_names_and_weights()
    {
        var (target, events) = (Random(1, [1, 1, Samples]), Random(2, [1, 2, Samples]));
        var mel = new MelLoss().Compute(target, events).Total.item<float>();

        var both = new WeightedLoss(("a", 2, new MelLoss()), ("b", 0.5, new MelLoss())).Compute(target, events);

        Assert.Equal(["a.mel", "b.mel"], both.Parts.Select(part => part.Name));
        Assert.Equal(2.5 * mel, both.Total.item<float>(), 1e-4);
    }

    // The loss as it was published: every event against the residual plus itself, in all spectrograms.
    private static Tensor PublishedLoop(Tensor target, Tensor events)
    {
        var residuals = MultibandSpectrogram.Of(target)
            .Zip(MultibandSpectrogram.Of(events.sum(1, true)), (t, r) => t.Magnitude - r.Magnitude).ToArray();
        var loss = zeros([]);
        for (var k = 0; k < events.shape[1]; k++)
        {
            var channel = MultibandSpectrogram.Of(events.narrow(1, k, 1));
            for (var band = 0; band < residuals.Length; band++)
                loss += (channel[band].Magnitude - (residuals[band] + channel[band].Magnitude)).abs().sum();
        }
        return loss * 1e-6;
    }

    private static Tensor Random(ulong seed, long[] shape) => randn(shape, generator: new Generator(seed));

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance) =>
        Assert.InRange((expected - actual).norm().item<float>() / expected.norm().item<float>(), 0, tolerance);
}
