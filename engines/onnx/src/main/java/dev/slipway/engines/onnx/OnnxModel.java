package dev.slipway.engines.onnx;

import dev.slipway.engines.onnx.ValueType.Dense;
import dev.slipway.engines.onnx.ValueType.Port;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// An ONNX model in memory. A call matches the client's tensors to the model's inputs, runs, and
/// reads the outputs: through prepared calls in [Lanes] where the model turns out to be small,
/// otherwise through the one session that all threads share.
final class OnnxModel implements LoadedModel {
  static final String SIGNATURE = "predict";

  private static final int MOST_LANES = 32;

  private final Session session;
  private final SequencedMap<String, Signature> signatures = new LinkedHashMap<>();
  private final InputMatcher matcher;
  private final int[] allOutputs;
  private final boolean batchable;
  private final long fileBytes;
  private final Calibration calibration;
  private final Lanes lanes;
  private volatile boolean closed;

  /// @param fileBytes size of the model with its external data
  OnnxModel(Session session, Path file, SessionSettings settings, long fileBytes) {
    this.session = session;
    this.fileBytes = fileBytes;
    this.signatures.put(SIGNATURE, Signatures.of(session.inputs(), session.outputs()));
    this.matcher = new InputMatcher(session.inputs());
    this.allOutputs = new int[session.outputs().size()];
    for (int i = 0; i < allOutputs.length; i++) {
      allOutputs[i] = i;
    }
    this.batchable = Signatures.batchable(session.inputs(), session.outputs());
    int cores = Math.min(MOST_LANES, Runtime.getRuntime().availableProcessors());
    this.lanes = new Lanes(session, file, settings, cores);
    this.calibration = new Calibration(fileBytes);
    calibration.warmUp(session, allOutputs);
  }

  @Override
  public SequencedMap<String, Signature> signatures() {
    return signatures;
  }

  @Override
  public List<Tensor> infer(Invocation call) {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
    if (!call.signature().isEmpty() && !signatures.containsKey(call.signature())) {
      throw new InvalidInputException(
          "the model has no signature \"" + call.signature() + "\"; it has " + signatures.keySet());
    }
    var inputs = matcher.match(call.inputs());
    if (call.outputs().isEmpty()) {
      return run(inputs, allOutputs);
    }
    var outputs = wanted(call.outputs());
    return chosen(run(inputs, outputs), call.outputs());
  }

  private List<Tensor> run(Tensor[][] inputs, int[] outputs) {
    try {
      if (calibration.small()) {
        return lanes.run(inputs, outputs);
      }
      if (calibration.decided()) {
        return SharedRun.run(session, inputs, outputs);
      }
      long start = System.nanoTime();
      var tensors = SharedRun.run(session, inputs, outputs);
      calibration.took(System.nanoTime() - start);
      return tensors;
    } catch (OrtFailure problem) {
      throw OrtReasons.judge(problem);
    }
  }

  /// Places of the outputs that hold the names.
  private int[] wanted(List<String> names) {
    var places = new ArrayList<Integer>();
    for (var name : names) {
      int place = place(name);
      if (!places.contains(place)) {
        places.add(place);
      }
    }
    return places.stream().mapToInt(Integer::intValue).toArray();
  }

  private int place(String name) {
    int part = -1;
    for (int i = 0; i < session.outputs().size(); i++) {
      var output = session.outputs().get(i);
      if (output.name().equals(name)) {
        return i;
      }
      if (!(output.content() instanceof Dense) && partOf(output.name(), name)) {
        part = i;
      }
    }
    if (part < 0) {
      throw new InvalidInputException(
          "the model has no output \"" + name + "\"; it has " + Port.list(session.outputs()));
    }
    return part;
  }

  private static boolean partOf(String output, String name) {
    return name.startsWith(output + "[") || name.equals(output + Results.LABELS);
  }

  private static List<Tensor> chosen(List<Tensor> tensors, List<String> names) {
    var chosen = new ArrayList<Tensor>();
    for (var name : names) {
      for (var tensor : tensors) {
        if (tensor.name().equals(name) || tensor.name().startsWith(name + "[")) {
          chosen.add(tensor);
        }
      }
    }
    return chosen;
  }

  @Override
  public String platform() {
    return "onnxruntime_onnx";
  }

  /// The weights twice, as they are read and as the operators keep them, for each session.
  @Override
  public long memoryBytes() {
    return OnnxEngine.memoryBytes(fileBytes) * lanes.sessions();
  }

  @Override
  public boolean batchable() {
    return batchable;
  }

  /// How many native sessions there are.
  int sessions() {
    return lanes.sessions();
  }

  /// Whether calls go through prepared lanes.
  boolean small() {
    return calibration.small();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      lanes.close();
      session.close();
    }
  }
}
