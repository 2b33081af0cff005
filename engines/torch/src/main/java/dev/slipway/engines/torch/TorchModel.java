package dev.slipway.engines.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.slipway.inference.engine.InferenceFailedException;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.Coercion;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A TorchScript module in memory. TorchScript knows neither the types of elements nor shapes, so
/// inputs are handed over as they come; where the module wants another type, whole numbers and
/// doubles are tried as FP32 and numbers without fractions as INT64.
final class TorchModel implements LoadedModel {
  static final String SIGNATURE = "forward";

  private final PtNDManager manager;
  private final PtSymbolBlock block;
  private final TorchArchive archive;
  private final Arguments arguments;
  private final SequencedMap<String, Signature> signatures = new LinkedHashMap<>();

  TorchModel(PtNDManager manager, PtSymbolBlock block, TorchArchive archive, Arguments arguments) {
    this.manager = manager;
    this.block = block;
    this.archive = archive;
    this.arguments = arguments;
    var outputs = new ArrayList<Spec>();
    for (int i = 0; i < archive.forward().outputs(); i++) {
      outputs.add(Spec.of("OUTPUT__" + i, DataType.FP32, -1));
    }
    signatures.put(SIGNATURE, new Signature(arguments.specs(), outputs));
  }

  @Override
  public SequencedMap<String, Signature> signatures() {
    return signatures;
  }

  @Override
  public List<Tensor> infer(Invocation call) {
    if (!call.signature().isEmpty() && !call.signature().equals(SIGNATURE)) {
      throw new InvalidInputException(
          "the model has no signature \"" + call.signature() + "\"; it has [" + SIGNATURE + "]");
    }
    var inputs = arguments.matched(call.inputs());
    return chosen(computed(inputs), call.outputs());
  }

  private List<Tensor> computed(@Nullable Tensor[] inputs) {
    try {
      return run(inputs);
    } catch (EngineException problem) {
      if (TorchReasons.ofTypes(problem)) {
        for (var type : List.of(DataType.FP32, DataType.INT64)) {
          var answer = retried(inputs, type);
          if (!answer.isEmpty()) {
            return answer;
          }
        }
      }
      throw judged(problem);
    }
  }

  /// The answer for inputs in another type; empty where they are not to be had in it or the module
  /// does not take that either.
  private List<Tensor> retried(@Nullable Tensor[] inputs, DataType type) {
    var other = inputs.clone();
    boolean changed = false;
    for (int i = 0; i < other.length; i++) {
      var input = other[i];
      if (input != null && arguments.at(i).tensor() && input.type() != DataType.BOOL) {
        try {
          other[i] = Coercion.to(type, input);
          changed |= other[i] != input;
        } catch (Coercion.Unfit _) {
          return List.of();
        }
      }
    }
    try {
      return changed ? run(other) : List.of();
    } catch (EngineException _) {
      return List.of();
    }
  }

  private static RuntimeException judged(EngineException problem) {
    var reason = TorchReasons.of(problem);
    return TorchReasons.ofInputs(problem)
        ? new InvalidInputException("libtorch refuses the inputs: " + reason)
        : new InferenceFailedException("libtorch failed: " + reason, problem);
  }

  private List<Tensor> run(@Nullable Tensor[] inputs) {
    var values = new ArrayList<IValue>(inputs.length);
    try (var local = manager.newSubManager(Device.cpu())) {
      for (int i = 0; i < inputs.length; i++) {
        values.add(value(local, arguments.at(i), inputs[i]));
      }
      try (var result = block.forward(values.toArray(IValue[]::new))) {
        return Answer.of(local, result);
      }
    } finally {
      values.forEach(IValue::close);
    }
  }

  private static IValue value(
      PtNDManager local, Forward.Argument argument, @Nullable Tensor input) {
    if (input == null) {
      throw new InvalidInputException(
          "input \"" + argument.name() + "\" is missing: only the last inputs may be left out");
    }
    if (argument.tensor()) {
      return tensor(local, input);
    }
    if (input.size() != 1 || (input.type() == DataType.BYTES) != argument.type().equals("str")) {
      throw new InvalidInputException(
          "input \""
              + argument.name()
              + "\": expected one "
              + argument.type()
              + ", found "
              + input);
    }
    return switch (argument.type()) {
      case "int" -> IValue.from(input.asLongs()[0]);
      case "bool" -> IValue.from(input.asLongs()[0] != 0);
      case "str" -> IValue.from(input.text(0));
      default -> IValue.from(input.asDoubles()[0]);
    };
  }

  /// Copied, so that a module that keeps an input keeps memory of libtorch's.
  private static IValue tensor(PtNDManager local, Tensor input) {
    if (input.type() == DataType.BYTES) {
      throw new InvalidInputException(
          "input \"" + input.name() + "\": expected numbers, found " + input);
    }
    try (var arena = Arena.ofConfined()) {
      var passed = Coercion.to(Types.passed(input.type()), input);
      var wire = MemorySegment.ofBuffer(passed.wire());
      var memory = arena.allocate(Math.max(wire.byteSize(), 1), Long.BYTES);
      memory.asSlice(0, wire.byteSize()).copyFrom(wire);
      try (var view =
              JniUtils.createNdFromByteBuffer(
                  local,
                  memory.asByteBuffer().limit((int) wire.byteSize()),
                  new Shape(passed.shape()),
                  Types.djl(passed.type()),
                  SparseFormat.DENSE,
                  Device.cpu());
          var copy = JniUtils.clone(view)) {
        return IValue.from(copy);
      }
    } catch (Coercion.Unfit reason) {
      throw new InvalidInputException("input \"" + input.name() + "\": " + reason.getMessage());
    }
  }

  private static List<Tensor> chosen(List<Tensor> tensors, List<String> names) {
    if (names.isEmpty()) {
      return tensors;
    }
    var chosen = new ArrayList<Tensor>();
    for (var name : names) {
      chosen.add(
          tensors.stream()
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "the module has no output \""
                              + name
                              + "\"; it has "
                              + tensors.stream().map(Tensor::name).toList())));
    }
    return chosen;
  }

  @Override
  public String platform() {
    return "pytorch_torchscript";
  }

  @Override
  public long memoryBytes() {
    return TorchEngine.memoryBytes(archive.bytes());
  }

  /// TorchScript does not say which dimension counts rows.
  @Override
  public boolean batchable() {
    return false;
  }

  @Override
  public void close() {
    block.close();
    manager.close();
  }
}
