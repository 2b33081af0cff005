package dev.slipway.engines.xgboost;

import dev.slipway.base.Bytes;
import dev.slipway.engines.boosting.BoostedModel;
import dev.slipway.engines.boosting.BoostedModel.Method;
import dev.slipway.engines.boosting.ModelFiles;
import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// XGBoost's models: `*.bst`, `*.json`, `*.ubj`, `*.xgb` and `*.model` files, told apart by their
/// content, or a directory with one such file in it.
///
/// Signatures are `predict`, `output_margin`, and for trees `pred_leaf` and `pred_contribs`: what
/// `Booster.predict` gives, `FP32` but for the leaves' `INT32`. Options: `missing`, the number that
/// stands for a missing value beside NaN; `iterations`, the rounds to use, of which 0 are all
/// (absent: those up to `best_iteration`, where early stopping noted one).
public final class XgBoostEngine implements Engine {
  private static final ModelFiles FILES =
      new ModelFiles(List.of(".bst", ".json", ".ubj", ".xgb", ".model"), XgBoostReader::fits);

  @Override
  public String format() {
    return "xgboost";
  }

  @Override
  public boolean recognises(Path artifact) {
    return FILES.recognises(artifact);
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    var file = FILES.find(source.artifact());
    int rounds = ModelFiles.option(source, "iterations", -1);
    XgBoostModel model;
    try {
      var whole = XgBoostReader.read(ModelFiles.read(file, source));
      model = rounds < 0 ? whole.best() : whole.first(rounds);
    } catch (ModelLoadException problem) {
      throw new ModelLoadException(file + ": " + problem.getMessage(), problem);
    }
    if (model.memoryBytes() > source.memoryLimitBytes()) {
      throw new ModelLoadException(
          "%s: needs %s of memory (allowed are %s)"
              .formatted(
                  file, Bytes.words(model.memoryBytes()), Bytes.words(source.memoryLimitBytes())));
    }
    var table = model.table();
    float missing = missing(source);
    if (!Float.isNaN(missing)) {
      table = table.cleaned(value -> value == missing ? Double.NaN : value);
    }
    return new BoostedModel(format(), table, methods(model), model.memoryBytes());
  }

  private static float missing(ModelSource source) throws ModelLoadException {
    var text = source.options().getOrDefault("missing", "NaN").strip();
    try {
      return text.equalsIgnoreCase("nan") ? Float.NaN : Float.parseFloat(text);
    } catch (NumberFormatException problem) {
      throw new ModelLoadException(
          "model %s: option missing is \"%s\" (expected a number)".formatted(source.name(), text),
          problem);
    }
  }

  private static SequencedMap<String, Method> methods(XgBoostModel model) {
    var methods = new LinkedHashMap<String, Method>();
    int width = model.width();
    int outputs = model.outputs();
    methods.put(
        "predict",
        Method.of(
            DataType.FP32,
            (x, rows) -> numbers(model.predict(x, rows), rows, width),
            shape(-1, width)));
    methods.put(
        "output_margin",
        Method.of(
            DataType.FP32,
            (x, rows) -> numbers(model.margins(x, rows), rows, outputs),
            shape(-1, outputs)));
    if (model.trees() > 0) {
      methods.put(
          "pred_leaf",
          Method.of(DataType.INT32, (x, rows) -> leaves(model, x, rows), -1, model.trees()));
    }
    if (model.explains()) {
      int features = model.features() + 1;
      methods.put(
          "pred_contribs",
          Method.of(
              DataType.FP32,
              (x, rows) ->
                  Tensor.ofFloats(
                      BoostedModel.OUTPUT,
                      contributionsShape(rows, outputs, features),
                      model.contributions(x, rows)),
              contributionsShape(-1, outputs, features)));
    }
    return methods;
  }

  private static long[] contributionsShape(long rows, int outputs, int features) {
    return outputs == 1 ? new long[] {rows, features} : new long[] {rows, outputs, features};
  }

  private static long[] shape(long rows, int width) {
    return width == 1 ? new long[] {rows} : new long[] {rows, width};
  }

  private static Tensor numbers(float[] values, int rows, int width) {
    return Tensor.ofFloats(BoostedModel.OUTPUT, shape(rows, width), values);
  }

  private static Tensor leaves(XgBoostModel model, double[] x, int rows) {
    return Tensor.of(
        BoostedModel.OUTPUT,
        DataType.INT32,
        new long[] {rows, model.trees()},
        model.leaves(x, rows));
  }
}
