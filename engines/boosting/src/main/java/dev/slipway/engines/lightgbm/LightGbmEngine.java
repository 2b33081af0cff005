package dev.slipway.engines.lightgbm;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// LightGBM's text models: `*.bst`, `*.lgb`, `*.txt` and `*.model` files that begin with the line
/// `tree`, or a directory with one such file in it.
///
/// Signatures are `predict`, `raw_score`, `pred_leaf` and, unless trees are linear,
/// `pred_contrib`: what `Booster.predict` gives, `FP64` but for the leaves' `INT32`. The option
/// `num_iteration` leaves out later trees.
public final class LightGbmEngine implements Engine {
  private static final ModelFiles FILES =
      new ModelFiles(List.of(".bst", ".lgb", ".txt", ".model"), LightGbmEngine::fits);

  private static boolean fits(byte[] head) {
    return ModelFiles.begins(head, "tree\n") || ModelFiles.begins(head, "tree\r\n");
  }

  @Override
  public String format() {
    return "lightgbm";
  }

  @Override
  public boolean recognises(Path artifact) {
    return FILES.recognises(artifact);
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    var file = FILES.find(source.artifact());
    var text = new String(ModelFiles.read(file, source), StandardCharsets.UTF_8);
    int iterations = ModelFiles.option(source, "num_iteration", 0);
    LightGbmModel model;
    try {
      model = LightGbmReader.read(text).first(iterations);
    } catch (ModelLoadException problem) {
      throw new ModelLoadException(file + ": " + problem.getMessage(), problem);
    }
    if (model.memoryBytes() > source.memoryLimitBytes()) {
      throw new ModelLoadException(
          "%s: needs %s of memory (allowed are %s)"
              .formatted(
                  file, Bytes.words(model.memoryBytes()), Bytes.words(source.memoryLimitBytes())));
    }
    return new BoostedModel(format(), model.table(), methods(model), model.memoryBytes());
  }

  private static SequencedMap<String, Method> methods(LightGbmModel model) {
    var methods = new LinkedHashMap<String, Method>();
    int outputs = model.outputs();
    long[] shape = outputs == 1 ? new long[] {-1} : new long[] {-1, outputs};
    methods.put(
        "predict",
        Method.of(
            DataType.FP64, (x, rows) -> scores(model.predict(x, rows), rows, outputs), shape));
    methods.put(
        "raw_score",
        Method.of(DataType.FP64, (x, rows) -> scores(model.raw(x, rows), rows, outputs), shape));
    methods.put(
        "pred_leaf",
        Method.of(DataType.INT32, (x, rows) -> leaves(model, x, rows), -1, model.trees()));
    if (model.explains()) {
      long width = (long) outputs * (model.features() + 1);
      methods.put(
          "pred_contrib",
          Method.of(
              DataType.FP64,
              (x, rows) ->
                  Tensor.ofDoubles(
                      BoostedModel.OUTPUT, new long[] {rows, width}, model.contributions(x, rows)),
              -1,
              width));
    }
    return methods;
  }

  private static Tensor scores(double[] scores, int rows, int outputs) {
    long[] shape = outputs == 1 ? new long[] {rows} : new long[] {rows, outputs};
    return Tensor.ofDoubles(BoostedModel.OUTPUT, shape, scores);
  }

  private static Tensor leaves(LightGbmModel model, double[] x, int rows) {
    return Tensor.of(
        BoostedModel.OUTPUT,
        DataType.INT32,
        new long[] {rows, model.trees()},
        model.leaves(x, rows));
  }
}
