// Products of a few rows with a large matrix. OpenBLAS packs the whole matrix before it multiplies, which for a few rows
// takes most of the time; here the matrix is read once, as it lies, and every thread has columns of its own, so that the
// order of the additions does not depend on how many there are.
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <torch/library.h>

#include <algorithm>
#include <utility>
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

// Adds to the sums of a few rows, one tile each, what two rows of the matrix contribute.
template <int rows>
inline __attribute__((always_inline)) void add_pair(float* sums, const float* factors, const float* first, const float* second, int64_t width) {
#pragma omp simd
    for (int64_t c = 0; c < width; c++) {
        const float x = first[c], y = second[c];
#pragma GCC unroll 8
        for (int row = 0; row < rows; row++) sums[row * kTileStride + c] += factors[2 * row] * x + factors[2 * row + 1] * y;
    }
}

#if defined(__x86_64__)
__attribute__((target_clones("arch=haswell", "default")))
#endif
void add_pairs(int64_t rows, float* sums, const float* factors, const float* first, const float* second, int64_t width) {
    switch (rows) {
        case 1: return add_pair<1>(sums, factors, first, second, width);
        case 2: return add_pair<2>(sums, factors, first, second, width);
        case 3: return add_pair<3>(sums, factors, first, second, width);
        case 4: return add_pair<4>(sums, factors, first, second, width);
        case 5: return add_pair<5>(sums, factors, first, second, width);
        case 6: return add_pair<6>(sums, factors, first, second, width);
        case 7: return add_pair<7>(sums, factors, first, second, width);
        default: return add_pair<8>(sums, factors, first, second, width);
    }
}

// The rows of the matrix that count, in pairs, and what each pair is multiplied by. What every row multiplies by zero is not
// even read: after a rectifier that is about half.
struct Pairs {
    Pairs(const float* a, int64_t rows, int64_t depth) {
        std::vector<int64_t> used;
        for (int64_t k = 0; k < depth; k++)
            for (int64_t row = 0; row < rows; row++)
                if (a[row * depth + k] != 0) {
                    used.push_back(k);
                    break;
                }
        for (size_t i = 0; i < used.size(); i += 2) {
            const bool alone = i + 1 == used.size();
            places.push_back({used[i], used[alone ? i : i + 1]});
            for (int64_t row = 0; row < rows; row++) {
                factors.push_back(a[row * depth + used[i]]);
                factors.push_back(alone ? 0.0f : a[row * depth + used[i + 1]]);
            }
        }
    }

    std::vector<std::pair<int64_t, int64_t>> places;
    std::vector<float> factors;
};

void multiply(const float* a, int64_t rows, int64_t depth, const Tensor& matrix, float* target) {
    const int64_t columns = matrix.size(1), stride = matrix.stride(0);
    const float* source = matrix.data_ptr<float>();
    const Pairs pairs(a, rows, depth);
    at::parallel_for(0, (columns + kTile - 1) / kTile, 1, [&](int64_t begin, int64_t end) {
        std::vector<float> sums(rows * kTileStride);
        for (int64_t tile = begin; tile < end; tile++) {
            const int64_t from = tile * kTile, width = std::min(kTile, columns - from);
            std::fill(sums.begin(), sums.end(), 0.0f);
            for (size_t i = 0; i < pairs.places.size(); i++)
                add_pairs(rows, sums.data(), pairs.factors.data() + 2 * rows * i, source + pairs.places[i].first * stride + from,
                          source + pairs.places[i].second * stride + from, width);
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
