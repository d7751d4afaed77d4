// Calls any libtorch operator by name through the dispatcher, with boxed arguments; autograd included.
#include "engine.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>
#include <c10/core/InferenceMode.h>

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

using at::Tensor;
using c10::IValue;

namespace {

thread_local std::string last_error;

// Libtorch appends a C++ backtrace; a reader of the managed exception wants the message only.
void remember(const std::exception& e) {
    if (auto* c10_error = dynamic_cast<const c10::Error*>(&e)) {
        last_error = c10_error->what_without_backtrace();
    } else {
        last_error = e.what();
    }
}

template <typename Result, typename Body>
Result guarded(Result on_failure, Body body) {
    try {
        return body();
    } catch (const std::exception& e) {
        remember(e);
    } catch (...) {
        last_error = "libtorch threw something that is not an exception";
    }
    return on_failure;
}

Tensor* release(Tensor t) {
    return t.defined() ? new Tensor(std::move(t)) : nullptr;
}

const Tensor& tensor_of(const Value& v) {
    TORCH_CHECK(v.pointer != nullptr, "a tensor argument is null");
    return *static_cast<Tensor*>(v.pointer);
}

c10::TypePtr without_optional(const c10::TypePtr& type, bool& optional) {
    if (auto wrapped = type->cast<c10::OptionalType>()) {
        optional = true;
        return wrapped->getElementType();
    }
    return type;
}

IValue int_list(const Value& v) {
    auto* first = static_cast<int64_t*>(v.pointer);
    return IValue(c10::List<int64_t>(at::ArrayRef<int64_t>(first, static_cast<size_t>(v.count))));
}

IValue list_of(const Value& v, const c10::TypePtr& element_type) {
    bool optional = false;
    auto element = without_optional(element_type, optional);
    if (element->kind() != c10::TypeKind::TensorType) {
        return int_list(v);
    }
    auto** first = static_cast<Tensor**>(v.pointer);
    if (optional) {
        c10::List<c10::optional<Tensor>> list;
        for (int i = 0; i < v.count; i++) list.push_back(first[i] ? c10::optional<Tensor>(*first[i]) : c10::nullopt);
        return IValue(std::move(list));
    }
    c10::List<Tensor> list;
    for (int i = 0; i < v.count; i++) {
        TORCH_CHECK(first[i] != nullptr, "element ", i, " of a tensor list is null");
        list.push_back(*first[i]);
    }
    return IValue(std::move(list));
}

// What the managed side passes is loosely typed; the operator's schema says what it must become.
IValue argument(const Value& v, const c10::Argument& formal) {
    bool optional = false;
    auto type = without_optional(formal.type(), optional);
    if (v.kind == None) {
        if (optional) return IValue();
        TORCH_CHECK(type->kind() != c10::TypeKind::TensorType, "argument '", formal.name(), "' is null");
        TORCH_CHECK(formal.default_value().has_value(), "argument '", formal.name(), "' is missing");
        return *formal.default_value();
    }
    switch (type->kind()) {
        case c10::TypeKind::TensorType: return IValue(tensor_of(v));
        case c10::TypeKind::FloatType: return IValue(v.kind == Double ? v.real : static_cast<double>(v.integer));
        case c10::TypeKind::BoolType: return IValue(v.integer != 0);
        case c10::TypeKind::NumberType:
            return v.kind == Double ? IValue(v.real) : v.kind == Bool ? IValue(v.integer != 0) : IValue(v.integer);
        case c10::TypeKind::StringType: return IValue(std::string(static_cast<const char*>(v.pointer)));
        case c10::TypeKind::DeviceObjType: return IValue(c10::Device(std::string(static_cast<const char*>(v.pointer))));
        case c10::TypeKind::GeneratorType: return IValue(*static_cast<at::Generator*>(v.pointer));
        case c10::TypeKind::ListType: return list_of(v, type->castRaw<c10::ListType>()->getElementType());
        default: return IValue(v.integer);
    }
}

Value result(IValue&& v) {
    Value r{None, 0, 0, 0.0, nullptr};
    if (v.isTensor()) {
        r.kind = TensorHandle;
        r.pointer = release(std::move(v).toTensor());
    } else if (v.isTensorList()) {
        auto tensors = v.toTensorVector();
        auto** handles = new Tensor*[tensors.size()];
        for (size_t i = 0; i < tensors.size(); i++) handles[i] = release(tensors[i]);
        r.kind = TensorList;
        r.count = static_cast<int32_t>(tensors.size());
        r.pointer = handles;
    } else if (v.isDouble()) {
        r.kind = Double;
        r.real = v.toDouble();
    } else if (v.isInt()) {
        r.kind = Int;
        r.integer = v.toInt();
    } else if (v.isBool()) {
        r.kind = Bool;
        r.integer = v.toBool();
    }
    return r;
}

std::vector<Tensor> collect(Tensor** handles, int count) {
    std::vector<Tensor> tensors;
    for (int i = 0; i < count; i++) tensors.push_back(handles[i] ? *handles[i] : Tensor());
    return tensors;
}

}  // namespace

// Every exported function that can fail returns null or -1 then, and leaves the reason here, per thread.
EXPORT const char* engine_last_error() { return last_error.c_str(); }

// Finds an operator once; the handle stays valid for the life of the process.
EXPORT const c10::OperatorHandle* engine_find(const char* name, const char* overload) {
    return guarded<const c10::OperatorHandle*>(nullptr, [&] {
        return new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
    });
}

EXPORT int engine_call(const c10::OperatorHandle* op, const Value* arguments, int count, Value* results, int capacity) {
    return guarded(-1, [&] {
        const auto& schema = op->schema();
        const auto& formals = schema.arguments();
        TORCH_CHECK(static_cast<size_t>(count) <= formals.size(), schema.name(), " takes ", formals.size(), " arguments, not ", count);
        torch::jit::Stack stack;
        stack.reserve(formals.size());
        for (size_t i = 0; i < formals.size(); i++) {
            stack.push_back(argument(i < static_cast<size_t>(count) ? arguments[i] : Value{None, 0, 0, 0.0, nullptr}, formals[i]));
        }
        op->callBoxed(stack);
        int produced = std::min(capacity, static_cast<int>(stack.size()));
        for (int i = 0; i < produced; i++) results[i] = result(std::move(stack[i]));
        return produced;
    });
}

EXPORT void engine_free_tensor(Tensor* t) { delete t; }
EXPORT void engine_free_list(Tensor** handles) { delete[] handles; }

EXPORT int64_t engine_dim(Tensor* t) { return t->dim(); }
EXPORT int64_t engine_numel(Tensor* t) { return t->numel(); }
EXPORT int64_t engine_element_size(Tensor* t) { return static_cast<int64_t>(t->element_size()); }
EXPORT int engine_dtype(Tensor* t) { return static_cast<int>(t->scalar_type()); }
EXPORT int engine_device_type(Tensor* t) { return static_cast<int>(t->device().type()); }
EXPORT int engine_device_index(Tensor* t) { return t->device().index(); }
EXPORT int engine_is_contiguous(Tensor* t) { return t->is_contiguous(); }
EXPORT int engine_requires_grad(Tensor* t) { return t->requires_grad(); }

EXPORT void engine_shape(Tensor* t, int64_t* sizes) { std::copy(t->sizes().begin(), t->sizes().end(), sizes); }

EXPORT void* engine_data(Tensor* t) {
    return guarded<void*>(nullptr, [&] { return t->data_ptr(); });
}

EXPORT int engine_set_requires_grad(Tensor* t, int value) {
    return guarded(-1, [&] { t->set_requires_grad(value != 0); return 0; });
}

EXPORT Tensor* engine_grad(Tensor* t) {
    return guarded<Tensor*>(nullptr, [&] { return release(t->grad()); });
}

EXPORT int engine_clear_grad(Tensor* t) {
    return guarded(-1, [&] { t->mutable_grad() = Tensor(); return 0; });
}

// A tensor that owns a copy of the bytes.
EXPORT Tensor* engine_from_bytes(const void* bytes, int64_t byte_count, const int64_t* sizes, int dims, int dtype) {
    return guarded<Tensor*>(nullptr, [&] {
        Tensor t = at::empty(at::IntArrayRef(sizes, static_cast<size_t>(dims)), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)));
        TORCH_CHECK(static_cast<int64_t>(t.nbytes()) == byte_count, "the data has ", byte_count, " bytes, the shape needs ", t.nbytes());
        if (byte_count > 0) std::memcpy(t.data_ptr(), bytes, static_cast<size_t>(byte_count));
        return release(t);
    });
}

EXPORT int engine_backward(Tensor** tensors, Tensor** gradients, int count, int retain_graph, int create_graph) {
    return guarded(-1, [&] {
        torch::autograd::backward(collect(tensors, count), gradients ? collect(gradients, count) : std::vector<Tensor>(count),
                                  retain_graph != 0, create_graph != 0);
        return 0;
    });
}

// Gradients of the outputs with respect to the inputs; null where an input took no part.
EXPORT int engine_gradients(Tensor** outputs, Tensor** output_gradients, int output_count, Tensor** inputs, int input_count,
                            int retain_graph, int create_graph, int allow_unused, Tensor** results) {
    return guarded(-1, [&] {
        auto gradients = torch::autograd::grad(
            collect(outputs, output_count), collect(inputs, input_count),
            output_gradients ? collect(output_gradients, output_count) : std::vector<Tensor>(output_count),
            retain_graph != 0, create_graph != 0, allow_unused != 0);
        for (int i = 0; i < input_count; i++) results[i] = release(gradients[i]);
        return 0;
    });
}

EXPORT int engine_grad_enabled() { return at::GradMode::is_enabled(); }
EXPORT void engine_set_grad_enabled(int enabled) { at::GradMode::set_enabled(enabled != 0); }

EXPORT int engine_threads() { return at::get_num_threads(); }
EXPORT int engine_set_threads(int count) {
    return guarded(-1, [&] { at::set_num_threads(count); return 0; });
}

EXPORT at::Generator* engine_generator(uint64_t seed) { return new at::Generator(at::make_generator<at::CPUGeneratorImpl>(seed)); }
EXPORT at::Generator* engine_default_generator() { return new at::Generator(at::detail::getDefaultCPUGenerator()); }
EXPORT void engine_free_generator(at::Generator* g) { delete g; }

EXPORT void engine_seed_generator(at::Generator* g, uint64_t seed) {
    std::lock_guard<std::mutex> lock(g->mutex());
    g->set_current_seed(seed);
}
