package dev.slipway.engines.pmml;

import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;

/// Documents as text, loaded and asked.
final class Documents {
  /// Fields of most documents here: two numbers and a colour in, a number and a class out.
  static final String FIELDS =
      """
      <DataField name="x" optype="continuous" dataType="double"/>
      <DataField name="z" optype="continuous" dataType="double"/>
      <DataField name="c" optype="categorical" dataType="string"/>
      <DataField name="y" optype="continuous" dataType="double"/>
      <DataField name="k" optype="categorical" dataType="string">
        <Value value="no"/><Value value="yes" displayValue="Yes!"/></DataField>
      """;

  private Documents() {}

  static String schema(String target) {
    return """
        <MiningSchema><MiningField name="x"/><MiningField name="z"/><MiningField name="c"/>
        <MiningField name="%s" usageType="target"/></MiningSchema>
        """
        .formatted(target);
  }

  static String of(String fields, String rest) {
    return "<?xml version=\"1.0\"?><PMML version=\"4.4\" xmlns=\"http://www.dmg.org/PMML-4_4\">"
        + "<Header/><DataDictionary>"
        + fields
        + "</DataDictionary>"
        + rest
        + "</PMML>";
  }

  static LoadedModel load(String document) throws ModelLoadException {
    return load(document.getBytes(StandardCharsets.UTF_8));
  }

  static LoadedModel load(byte[] document) throws ModelLoadException {
    try {
      var file = Files.createTempFile("document", ".pmml");
      try {
        Files.write(file, document);
        return new PmmlEngine().load(ModelSource.of("test", file));
      } finally {
        Files.delete(file);
      }
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /// The outputs for one row written `x=1 c=red`, as `name=value` joined by blanks; texts as they
  /// are, missing numbers as NaN.
  static String ask(LoadedModel model, String row) {
    var inputs = new ArrayList<Tensor>();
    for (var cell : row.strip().split(" +", -1)) {
      int at = cell.indexOf('=');
      inputs.add(Tensor.ofStrings(cell.substring(0, at), new long[] {1}, cell.substring(at + 1)));
    }
    var answers = new StringBuilder();
    for (var tensor : model.infer(Invocation.of(inputs))) {
      answers.append(tensor.name()).append('=').append(value(tensor)).append(' ');
    }
    return answers.toString().strip();
  }

  private static String value(Tensor tensor) {
    if (tensor.type() == DataType.BYTES) {
      return tensor.text(0);
    }
    double value = tensor.asDoubles()[0];
    if (tensor.type() == DataType.INT64) {
      return Long.toString((long) value);
    }
    double rounded = Math.rint(value * 1e9) / 1e9;
    return Double.toString(rounded == 0 ? 0 : rounded);
  }
}
