using MaskUNet.Rewards;
using MaskUNet.Tests.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskUNet.Tests.Masking.TrainingFree;

/// <summary>The two small rewards of the recorded runs, by the formulas of the fixtures' README, in the pictures' own type.</summary>
internal static class StandInRewards
{
    public static RewardSum Create(RecordedTensors recorded, Action<Tensor>? look = null) => new(
        new WeightedReward(new ImageRewardStandIn(recorded, look), Weight: 1),
        new WeightedReward(new HpsStandIn(recorded), Weight: 5));

    private abstract class StandIn(params Tensor[] parameters) : IRewardModel
    {
        public abstract string Name { get; }

        public abstract RewardLoss Loss { get; }

        public abstract Tensor Score(Tensor images, IReadOnlyList<string> prompts);

        public void Dispose()
        {
            foreach (var parameter in parameters)
            {
                parameter.Dispose();
            }
        }

        protected static Tensor Own(Tensor stored)
        {
            using var whole = stored;
            return whole.to(float64).DetachFromDisposeScope();
        }
    }

    private sealed class ImageRewardStandIn : StandIn
    {
        private readonly Tensor a;
        private readonly Tensor v;
        private readonly Action<Tensor>? look;

        public ImageRewardStandIn(RecordedTensors recorded, Action<Tensor>? look)
            : this(Own(recorded["reward/A"]), Own(recorded["reward/v"])) => this.look = look;

        private ImageRewardStandIn(Tensor a, Tensor v)
            : base(a, v) => (this.a, this.v) = (a, v);

        public override string Name => "ImageReward";

        public override RewardLoss Loss => RewardLoss.Hinge(2);

        public override Tensor Score(Tensor images, IReadOnlyList<string> prompts)
        {
            using var scope = NewDisposeScope();
            look?.Invoke(images);
            var centred = (2 * images) - 1; // [B, 3, H, W]
            var y = (Up(a).unsqueeze(0) * centred.unsqueeze(1)).sum(2).tanh(); // [B, K, H, W]
            return (8 * (y * Up(v.dim() == 3 ? v.unsqueeze(1) : v).reshape(1, -1, y.shape[2], y.shape[3])).mean([1L, 2L, 3L])).MoveToOuterDisposeScope();
        }

        private static Tensor Up(Tensor small) => small.repeat_interleave(16, dim: small.dim() - 2).repeat_interleave(16, dim: small.dim() - 1);
    }

    private sealed class HpsStandIn : StandIn
    {
        private readonly Tensor m;
        private readonly Tensor g;

        public HpsStandIn(RecordedTensors recorded)
            : this(Own(recorded["reward/M"]), Own(recorded["reward/g"]))
        {
        }

        private HpsStandIn(Tensor m, Tensor g)
            : base(m, g) => (this.m, this.g) = (m, g);

        public override string Name => "HPS";

        public override RewardLoss Loss => RewardLoss.Distance(1);

        public override Tensor Score(Tensor images, IReadOnlyList<string> prompts)
        {
            using var scope = NewDisposeScope();
            var p = nn.functional.avg_pool2d((2 * images) - 1, 16).flatten(1);
            var y = (p.matmul(m.t()) / 4).tanh();
            return ((y * g).sum(-1) / (y.norm(dim: -1) * g.norm())).MoveToOuterDisposeScope();
        }
    }
}
