// The boundary between the managed TorchSharp surface and libtorch: plain C, no exceptions across it.
#pragma once
#include <cstdint>

#define EXPORT extern "C" __attribute__((visibility("default")))

// One argument or result of an operator. The managed side mirrors this layout (Native.Value).
enum Kind : int32_t { None, Int, Double, Bool, TensorHandle, IntList, TensorList, Text, GeneratorHandle };

struct Value {
    int32_t kind;
    int32_t count;   // of the list kinds
    int64_t integer; // Int, Bool
    double real;     // Double
    void* pointer;   // TensorHandle: at::Tensor*; lists: their first element; Text: UTF-8; GeneratorHandle: at::Generator*
};

