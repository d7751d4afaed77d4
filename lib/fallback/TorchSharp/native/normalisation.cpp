// Batch normalisation of the columns of a matrix, in training mode. Libtorch 1.13 adds up such statistics in single
// precision, one row after the other, and loses two digits over tens of thousands of rows; here short runs of rows are
// added in single and their sums in double precision, in the same order for any number of threads.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <vector>

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

constexpr int64_t kRun = 32, kRunsPerTask = 16, kTaskRows = kRun * kRunsPerTask;

int64_t tasks_of(int64_t rows) { return (rows + kTaskRows - 1) / kTaskRows; }

// Two sums for every column: add(row, first, second) adds a row's terms to `columns` numbers each.
template <typename Add>
std::vector<double> column_sums(int64_t rows, int64_t columns, const Add& add) {
    const int64_t tasks = tasks_of(rows);
    std::vector<double> partial(tasks * 2 * columns, 0.0);
    at::parallel_for(0, tasks, 1, [&](int64_t begin, int64_t end) {
        std::vector<float> run(2 * columns);
        for (int64_t task = begin; task < end; task++) {
            double* sums = partial.data() + task * 2 * columns;
            const int64_t last = std::min(rows, (task + 1) * kTaskRows);
            for (int64_t row = task * kTaskRows; row < last; row += kRun) {
                std::fill(run.begin(), run.end(), 0.0f);
                for (int64_t r = row; r < std::min(last, row + kRun); r++) add(r, run.data(), run.data() + columns);
                for (int64_t c = 0; c < 2 * columns; c++) sums[c] += run[c];
            }
        }
    });
    std::vector<double> total(2 * columns, 0.0);
    for (int64_t task = 0; task < tasks; task++)
        for (int64_t c = 0; c < 2 * columns; c++) total[c] += partial[task * 2 * columns + c];
    return total;
}

struct ColumnNorm : torch::autograd::Function<ColumnNorm> {
    static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight, const Tensor& bias,
                          const Tensor& running_mean, const Tensor& running_var, double momentum, double eps) {
        const Tensor x = input.contiguous();
        const int64_t rows = x.size(0), columns = x.size(1);
        const float* source = x.data_ptr<float>();

        // Sums about the first row, so that the variance is no small difference of large numbers.
        const auto sums = column_sums(rows, columns, [=](int64_t row, float* first, float* second) {
            const float* in = source + row * columns;
#pragma omp simd
            for (int64_t c = 0; c < columns; c++) {
                const float d = in[c] - source[c];
                first[c] += d;
                second[c] += d * d;
            }
        });
        Tensor mean = at::empty({columns}, x.options()), scale = at::empty({columns}, x.options());
        std::vector<float> factor(columns), centres(columns);
        for (int64_t c = 0; c < columns; c++) {
            const double shift = sums[c] / rows, variance = std::max(0.0, sums[columns + c] / rows - shift * shift);
            const double centre = source[c] + shift, inverse = 1.0 / std::sqrt(variance + eps);
            mean.data_ptr<float>()[c] = static_cast<float>(centre);
            scale.data_ptr<float>()[c] = static_cast<float>(inverse);
            factor[c] = static_cast<float>(weight.data_ptr<float>()[c] * inverse);
            centres[c] = static_cast<float>(centre);
            auto& m = running_mean.data_ptr<float>()[c];
            auto& v = running_var.data_ptr<float>()[c];
            m = static_cast<float>((1 - momentum) * m + momentum * centre);
            v = static_cast<float>((1 - momentum) * v + momentum * variance * rows / (rows - 1));
        }
        Tensor y = at::empty_like(x);
        const float* offset = bias.data_ptr<float>();
        float* target = y.data_ptr<float>();
        at::parallel_for(0, rows, kTaskRows, [&](int64_t first, int64_t last) {
            for (int64_t row = first; row < last; row++) {
                const float* in = source + row * columns;
                float* out = target + row * columns;
#pragma omp simd
                for (int64_t c = 0; c < columns; c++) out[c] = (in[c] - centres[c]) * factor[c] + offset[c];
            }
        });
        context->save_for_backward({x, weight, mean, scale});
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], &weight = saved[1], &mean = saved[2], &scale = saved[3];
        const Tensor g = gradients[0].contiguous();
        const int64_t rows = x.size(0), columns = x.size(1);
        const float *source = x.data_ptr<float>(), *slope = g.data_ptr<float>(), *centre = mean.data_ptr<float>();
        const auto sums = column_sums(rows, columns, [=](int64_t row, float* first, float* second) {
            const float *in = source + row * columns, *up = slope + row * columns;
#pragma omp simd
            for (int64_t c = 0; c < columns; c++) {
                first[c] += up[c];
                second[c] += up[c] * (in[c] - centre[c]);
            }
        });
        Tensor weight_gradient = at::empty_like(weight), bias_gradient = at::empty_like(weight);
        std::vector<float> own(columns), spread(columns), offset(columns);
        for (int64_t c = 0; c < columns; c++) {
            const double inverse = scale.data_ptr<float>()[c], gain = weight.data_ptr<float>()[c] * inverse;
            weight_gradient.data_ptr<float>()[c] = static_cast<float>(sums[columns + c] * inverse);
            bias_gradient.data_ptr<float>()[c] = static_cast<float>(sums[c]);
            own[c] = static_cast<float>(gain);
            spread[c] = static_cast<float>(-gain * inverse * inverse * sums[columns + c] / rows);
            offset[c] = static_cast<float>(-gain * sums[c] / rows);
        }
        Tensor input_gradient = at::empty_like(x);
        float* target = input_gradient.data_ptr<float>();
        at::parallel_for(0, rows, kTaskRows, [&](int64_t first, int64_t last) {
            for (int64_t row = first; row < last; row++) {
                const float *in = source + row * columns, *up = slope + row * columns;
                float* out = target + row * columns;
#pragma omp simd
                for (int64_t c = 0; c < columns; c++) out[c] = up[c] * own[c] + (in[c] - centre[c]) * spread[c] + offset[c];
            }
        });
        return {input_gradient, weight_gradient, bias_gradient, Variable(), Variable(), Variable(), Variable()};
    }
};

Tensor batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                  const Tensor& running_var, double momentum, double eps) {
    TORCH_CHECK(x.size(0) > 1, "Expected more than 1 value per channel when training, got input size ", x.sizes());
    for (const auto& t : {weight, bias, running_mean, running_var})
        TORCH_CHECK(t.dim() == 1 && t.size(0) == x.size(1) && t.is_contiguous(), "a batch normalisation of ", x.size(1),
                    " channels needs weights and running statistics of that size, not ", t.sizes());
    return ColumnNorm::apply(x, weight, bias, running_mean, running_var, momentum, eps);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(sparseaudio, library) {
    library.def("batch_norm(Tensor x, Tensor weight, Tensor bias, Tensor(a!) running_mean, Tensor(b!) running_var, "
                "float momentum, float eps) -> Tensor", &batch_norm);
}
