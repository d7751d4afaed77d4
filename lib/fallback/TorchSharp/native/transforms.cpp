// Real Fourier transforms along the last dimension, by FFTW, one row a thread at a time. Libtorch without MKL runs them
// on one thread, and its backward passes run full complex transforms of twice the work.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <fftw3.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <map>
#include <mutex>
#include <utility>

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;
using Complex = c10::complex<float>;

namespace {

enum Direction { ToSpectrum, ToSamples };

// FFTW_ESTIMATE chooses by rule and not by the clock: the same plan, hence the same bits, in every process.
fftwf_plan plan_of(int64_t n, Direction direction) {
    static std::mutex mutex;
    static std::map<std::pair<int64_t, Direction>, fftwf_plan> plans;
    std::lock_guard<std::mutex> lock(mutex);
    auto& plan = plans[{n, direction}];
    if (plan == nullptr) {
        auto* samples = fftwf_alloc_real(n);
        auto* bins = fftwf_alloc_complex(n / 2 + 1);
        const unsigned flags = FFTW_ESTIMATE | FFTW_DESTROY_INPUT;
        plan = direction == ToSpectrum ? fftwf_plan_dft_r2c_1d(static_cast<int>(n), samples, bins, flags)
                                       : fftwf_plan_dft_c2r_1d(static_cast<int>(n), bins, samples, flags);
        fftwf_free(samples);
        fftwf_free(bins);
        TORCH_CHECK(plan != nullptr, "no transform of ", n, " samples can be planned");
    }
    return plan;
}

int64_t rows_per_task(int64_t n) { return std::max<int64_t>(1, 32768 / n); }

// One row each way, aligned as FFTW's vector instructions need it; rows of tensors are not.
struct Buffers {
    explicit Buffers(int64_t n) : samples(fftwf_alloc_real(n)), bins(fftwf_alloc_complex(n / 2 + 1)) {}
    ~Buffers() {
        fftwf_free(samples);
        fftwf_free(bins);
    }
    Buffers(const Buffers&) = delete;
    Buffers& operator=(const Buffers&) = delete;

    float* const samples;
    fftwf_complex* const bins;
};

// The first `count` bins of a half spectrum of n samples, the ends and the bins between each with its weight.
void weighted(const Complex* from, Complex* to, int64_t count, int64_t n, float end_weight, float inner_weight) {
    for (int64_t k = 0; k < count; k++) to[k] = from[k] * inner_weight;
    if (count > 0) to[0] = from[0] * end_weight;
    if (n % 2 == 0 && count > n / 2) to[n / 2] = from[n / 2] * end_weight;
}

std::vector<int64_t> with_last(const Tensor& t, int64_t last) {
    auto sizes = t.sizes().vec();
    sizes.back() = last;
    return sizes;
}

// Bins of the rows, padded with zeros or cut to n samples; the ends times `scale`, the bins between times `scale * interior`.
Tensor samples_to_spectrum(const Tensor& input, int64_t n, double scale, double interior) {
    const Tensor x = input.contiguous();
    const int64_t length = x.size(-1), rows = length > 0 ? x.numel() / length : 0, bins = n / 2 + 1, used = std::min(length, n);
    Tensor y = at::empty(with_last(x, bins), x.options().dtype(at::kComplexFloat));
    const auto plan = plan_of(n, ToSpectrum);
    const float* source = x.data_ptr<float>();
    auto* target = y.data_ptr<Complex>();
    const float end_weight = static_cast<float>(scale), inner_weight = static_cast<float>(scale * interior);
    at::parallel_for(0, rows, rows_per_task(n), [&](int64_t first, int64_t last) {
        const Buffers buffers(n);
        for (int64_t row = first; row < last; row++) {
            std::copy_n(source + row * length, used, buffers.samples);
            std::fill(buffers.samples + used, buffers.samples + n, 0.0f);
            fftwf_execute_dft_r2c(plan, buffers.samples, buffers.bins);
            weighted(reinterpret_cast<const Complex*>(buffers.bins), target + row * bins, bins, n, end_weight, inner_weight);
        }
    });
    return y;
}

// n samples of the rows; a spectrum of another length is padded with zeros or cut.
Tensor spectrum_to_samples(const Tensor& input, int64_t n, double scale, double interior) {
    const Tensor x = input.resolve_conj().contiguous();
    const int64_t given = x.size(-1), rows = given > 0 ? x.numel() / given : 0, bins = n / 2 + 1, used = std::min(given, bins);
    Tensor y = at::empty(with_last(x, n), x.options().dtype(at::kFloat));
    const auto plan = plan_of(n, ToSamples);
    const auto* source = x.data_ptr<Complex>();
    auto* target = y.data_ptr<float>();
    const float end_weight = static_cast<float>(scale), inner_weight = static_cast<float>(scale * interior);
    at::parallel_for(0, rows, rows_per_task(n), [&](int64_t first, int64_t last) {
        const Buffers buffers(n);
        auto* spectrum = reinterpret_cast<Complex*>(buffers.bins);
        for (int64_t row = first; row < last; row++) {
            weighted(source + row * given, spectrum, used, n, end_weight, inner_weight);
            std::fill(spectrum + used, spectrum + bins, Complex(0.0f, 0.0f));
            fftwf_execute_dft_c2r(plan, buffers.bins, buffers.samples);
            std::copy_n(buffers.samples, n, target + row * n);
        }
    });
    return y;
}

Tensor resized(const Tensor& t, int64_t last) {
    const int64_t have = t.size(-1);
    return have == last ? t : have > last ? t.narrow(-1, 0, last) : at::constant_pad_nd(t, {0, last - have});
}

// Each transform is the other's adjoint: the backward of one is the other with the weight of the inner bins halved or doubled,
// because an inner bin of a half spectrum stands for two.
struct RealToSpectrum : torch::autograd::Function<RealToSpectrum> {
    static Tensor forward(AutogradContext* context, const Tensor& x, int64_t n, double scale, double interior);
    static variable_list backward(AutogradContext* context, variable_list gradients);
};

struct SpectrumToReal : torch::autograd::Function<SpectrumToReal> {
    static Tensor forward(AutogradContext* context, const Tensor& x, int64_t n, double scale, double interior);
    static variable_list backward(AutogradContext* context, variable_list gradients);
};

void keep(AutogradContext* context, const Tensor& x, int64_t n, double scale, double interior) {
    context->saved_data["length"] = x.size(-1);
    context->saved_data["n"] = n;
    context->saved_data["scale"] = scale;
    context->saved_data["interior"] = interior;
}

Tensor RealToSpectrum::forward(AutogradContext* context, const Tensor& x, int64_t n, double scale, double interior) {
    keep(context, x, n, scale, interior);
    return samples_to_spectrum(x, n, scale, interior);
}

variable_list RealToSpectrum::backward(AutogradContext* context, variable_list gradients) {
    auto& saved = context->saved_data;
    auto g = SpectrumToReal::apply(gradients[0], saved["n"].toInt(), saved["scale"].toDouble(), saved["interior"].toDouble() * 0.5);
    return {resized(g, saved["length"].toInt()), Variable(), Variable(), Variable()};
}

Tensor SpectrumToReal::forward(AutogradContext* context, const Tensor& x, int64_t n, double scale, double interior) {
    keep(context, x, n, scale, interior);
    return spectrum_to_samples(x, n, scale, interior);
}

variable_list SpectrumToReal::backward(AutogradContext* context, variable_list gradients) {
    auto& saved = context->saved_data;
    auto g = RealToSpectrum::apply(gradients[0], saved["n"].toInt(), saved["scale"].toDouble(), saved["interior"].toDouble() * 2.0);
    return {resized(g, saved["length"].toInt()), Variable(), Variable(), Variable()};
}

void check(const Tensor& x, int64_t n) {
    TORCH_CHECK(x.dim() > 0 && x.size(-1) > 0, "a transform needs at least one dimension with at least one element");
    TORCH_CHECK(n > 0, "a transform needs at least one sample, not ", n);
}

Tensor rfft(const Tensor& x, int64_t n, double scale) {
    check(x, n);
    return RealToSpectrum::apply(x, n, scale, 1.0);
}

Tensor irfft(const Tensor& x, int64_t n, double scale) {
    check(x, n);
    return SpectrumToReal::apply(x, n, scale, 1.0);
}

}  // namespace

TORCH_LIBRARY(sparseaudio, library) {
    library.def("rfft(Tensor x, int n, float scale) -> Tensor", &rfft);
    library.def("irfft(Tensor x, int n, float scale) -> Tensor", &irfft);
}
