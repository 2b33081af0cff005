package dev.slipway.engines.pmml;

import dev.slipway.inference.engine.InferenceException;
import dev.slipway.inference.engine.InferenceFailedException;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A document behind the engines' door.
final class PmmlModel implements LoadedModel {
  private static final String METHOD = "predict";

  private final Document document;
  private final Inputs inputs;
  private final SequencedMap<String, Signature> signatures;
  private final long memoryBytes;

  PmmlModel(Document document, long memoryBytes) {
    this.document = document;
    this.inputs = new Inputs(document.inputs());
    this.memoryBytes = memoryBytes;
    var in = document.inputs().stream().map(InputField::field).map(PmmlModel::input).toList();
    var out =
        document.answers().stream()
            .map(each -> Signature.Spec.of(each.name(), each.type(), -1))
            .toList();
    var all = new LinkedHashMap<String, Signature>();
    all.put(METHOD, new Signature(in, out));
    signatures = Collections.unmodifiableSequencedMap(all);
  }

  private static Signature.Spec input(Field field) {
    var type =
        switch (field.kind()) {
          case STRING, DATE, TIME, DATE_TIME -> DataType.BYTES;
          case INTEGER -> DataType.INT64;
          case FLOAT -> DataType.FP32;
          case DOUBLE -> DataType.FP64;
          case BOOLEAN -> DataType.BOOL;
        };
    return Signature.Spec.of(field.name(), type, -1);
  }

  @Override
  public SequencedMap<String, Signature> signatures() {
    return signatures;
  }

  @Override
  public List<Tensor> infer(Invocation call) {
    if (!call.signature().isEmpty() && !call.signature().equals(METHOD)) {
      throw new InvalidInputException(
          "the model has no method " + call.signature() + "; it has " + METHOD);
    }
    var wanted = call.outputs().isEmpty() ? document.answers() : wanted(call.outputs());
    var table = inputs.table(call.inputs());
    var storages = new Object[wanted.size()];
    for (int i = 0; i < storages.length; i++) {
      storages[i] = wanted.get(i).storage(table.rows());
    }
    try {
      fill(table, wanted, storages);
    } catch (InferenceException problem) {
      throw problem;
    } catch (RuntimeException | StackOverflowError problem) {
      throw new InferenceFailedException("the model failed: " + problem, problem);
    }
    var tensors = new ArrayList<Tensor>(storages.length);
    for (int i = 0; i < storages.length; i++) {
      tensors.add(wanted.get(i).tensor(storages[i]));
    }
    return tensors;
  }

  private void fill(Inputs.Table table, List<Answer> wanted, Object... storages) {
    var row = document.row();
    for (int index = 0; index < table.rows(); index++) {
      table.read(row, index);
      document.evaluate(row);
      for (int i = 0; i < storages.length; i++) {
        wanted.get(i).store(row, storages[i], index);
      }
    }
  }

  private List<Answer> wanted(List<String> names) {
    var wanted = new ArrayList<Answer>();
    for (var name : names) {
      wanted.add(
          document.answers().stream()
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "the model has no output "
                              + name
                              + "; it has "
                              + document.answers().stream().map(Answer::name).toList())));
    }
    return wanted;
  }

  @Override
  public String platform() {
    return "pmml";
  }

  @Override
  public long memoryBytes() {
    return memoryBytes;
  }

  @Override
  public boolean batchable() {
    return true;
  }

  @Override
  public void close() {}
}
