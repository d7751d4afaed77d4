// Products of a few rows with a large matrix. OpenBLAS packs the whole matrix before it multiplies, which for a few rows
// takes most of the time; here the matrix is read once, as it lies, and every thread has columns of its own, so that the
// order of the additions does not depend on how many there are.
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <torch/library.h>

#include <algorithm>
#include <vector>

using at::Tensor;

namespace {

constexpr int64_t kMostRows = 16, kLargeMatrix = 1 << 20, kRowsTogether = 8;
// Sums of a tile, a little further apart than a power of two, so that they do not compete for the same places in the cache.
constexpr int64_t kTile = 4096, kTileStride = kTile + 80;

bool is_few_rows(const Tensor& a, const Tensor& b) {
    return a.dim() == 2 && b.dim() == 2 && a.scalar_type() == at::kFloat && b.scalar_type() == at::kFloat && a.is_cpu() &&
           b.is_cpu() && a.size(1) == b.size(0) && a.size(0) > 0 && a.size(0) <= kMostRows && b.stride(1) == 1 &&
           b.size(0) * b.size(1) >= kLargeMatrix && !(at::GradMode::is_enabled() && (a.requires_grad() || b.requires_grad()));
}

// Adds to the sums of a few rows, one tile each, what four rows of the matrix contribute: two by two, in this order. The sums
// and the factors are not the same memory, which the compiler must know to keep the factors in registers.
template <int rows>
inline __attribute__((always_inline)) void add_four(float* __restrict sums, const float* __restrict factors, const float* const* four, int64_t width) {
    const float *a = four[0], *b = four[1], *c = four[2], *d = four[3];
#pragma omp simd
    for (int64_t i = 0; i < width; i++) {
#pragma GCC unroll 8
        for (int row = 0; row < rows; row++) {
            const float* by = factors + 4 * row;
            float sum = sums[row * kTileStride + i];
            sum += by[0] * a[i] + by[1] * b[i];
            sum += by[2] * c[i] + by[3] * d[i];
            sums[row * kTileStride + i] = sum;
        }
    }
}

#if defined(__x86_64__)
__attribute__((target_clones("arch=haswell", "default")))
#endif
void add_fours(int64_t rows, float* sums, const float* factors, const float* const* four, int64_t width) {
    switch (rows) {
        case 1: return add_four<1>(sums, factors, four, width);
        case 2: return add_four<2>(sums, factors, four, width);
        case 3: return add_four<3>(sums, factors, four, width);
        case 4: return add_four<4>(sums, factors, four, width);
        case 5: return add_four<5>(sums, factors, four, width);
        case 6: return add_four<6>(sums, factors, four, width);
        case 7: return add_four<7>(sums, factors, four, width);
        default: return add_four<8>(sums, factors, four, width);
    }
}

// The rows of the matrix that count, and what each row of the left side multiplies them by, four together; the last four are
// filled up with zeros times a row that counts. What every row multiplies by zero is not even read: after a rectifier that is
// about half.
struct Fours {
    Fours(const float* a, int64_t rows, int64_t depth) {
        for (int64_t k = 0; k < depth; k++)
            for (int64_t row = 0; row < rows; row++)
                if (a[row * depth + k] != 0) {
                    places.push_back(k);
                    break;
                }
        const size_t used = places.size();
        while (places.size() % 4 != 0) places.push_back(places.back());
        for (size_t i = 0; i < places.size(); i += 4)
            for (int64_t row = 0; row < rows; row++)
                for (size_t k = i; k < i + 4; k++) factors.push_back(k < used ? a[row * depth + places[k]] : 0.0f);
    }

    std::vector<int64_t> places;
    std::vector<float> factors;
};

void multiply(const float* a, int64_t rows, int64_t depth, const Tensor& matrix, float* target) {
    const int64_t columns = matrix.size(1), stride = matrix.stride(0);
    const float* source = matrix.data_ptr<float>();
    const Fours fours(a, rows, depth);
    at::parallel_for(0, (columns + kTile - 1) / kTile, 1, [&](int64_t begin, int64_t end) {
        std::vector<float> sums(rows * kTileStride);
        for (int64_t tile = begin; tile < end; tile++) {
            const int64_t from = tile * kTile, width = std::min(kTile, columns - from);
            std::fill(sums.begin(), sums.end(), 0.0f);
            for (size_t i = 0; i < fours.places.size(); i += 4) {
                const float* four[4];
                for (int k = 0; k < 4; k++) four[k] = source + fours.places[i + k] * stride + from;
                add_fours(rows, sums.data(), fours.factors.data() + rows * i, four, width);
            }
            for (int64_t row = 0; row < rows; row++) std::copy_n(sums.data() + row * kTileStride, width, target + row * columns + from);
        }
    });
}

Tensor few_rows(const Tensor& left, const Tensor& matrix) {
    const Tensor a = left.contiguous();
    Tensor result = at::empty({a.size(0), matrix.size(1)}, a.options());
    for (int64_t row = 0; row < a.size(0); row += kRowsTogether)
        multiply(a.data_ptr<float>() + row * a.size(1), std::min(kRowsTogether, a.size(0) - row), a.size(1), matrix,
                 result.data_ptr<float>() + row * matrix.size(1));
    return result;
}

Tensor product(const Tensor& a, const Tensor& b) { return is_few_rows(a, b) ? few_rows(a, b) : at::matmul(a, b); }

}  // namespace

TORCH_LIBRARY_FRAGMENT(sparseaudio, library) {
    library.def("matmul(Tensor a, Tensor b) -> Tensor", &product);
}
