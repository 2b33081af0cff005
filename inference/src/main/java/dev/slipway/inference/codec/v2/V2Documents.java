package dev.slipway.inference.codec.v2;

import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.engine.Signature;
import java.util.List;

/// The protocol's small answers, as JSON.
public final class V2Documents {
  private static final int CAPACITY = 256;

  private V2Documents() {}

  /// Body of any status of 400 and above.
  public static byte[] error(String message) {
    return object().name("error").value(message).endObject().toBytes();
  }

  /// `GET /v2/health/live`.
  public static byte[] live(boolean live) {
    return object().name("live").value(live).endObject().toBytes();
  }

  /// `GET /v2/health/ready`.
  public static byte[] ready(boolean ready) {
    return object().name("ready").value(ready).endObject().toBytes();
  }

  /// `GET /v2/models/MODEL/ready`.
  public static byte[] modelReady(String model, boolean ready) {
    return object().name("name").value(model).name("ready").value(ready).endObject().toBytes();
  }

  /// `GET /v2`.
  public static byte[] server(String name, String version, List<String> extensions) {
    var writer = object().name("name").value(name).name("version").value(version);
    return writer.name("extensions").any(extensions).endObject().toBytes();
  }

  /// `GET /v2/models`, as KServe has it.
  public static byte[] models(List<String> names) {
    return object().name("models").any(names).endObject().toBytes();
  }

  /// `GET /v2/models/MODEL`.
  public static byte[] model(
      String name, List<String> versions, String platform, Signature signature) {
    var writer = object().name("name").value(name).name("versions").any(versions);
    writer.name("platform").value(platform);
    specs(writer.name("inputs"), signature.inputs());
    specs(writer.name("outputs"), signature.outputs());
    return writer.endObject().toBytes();
  }

  private static void specs(JsonWriter writer, List<Signature.Spec> specs) {
    writer.beginArray();
    for (var spec : specs) {
      writer.beginObject().name("name").value(spec.name());
      writer.name("datatype").value(spec.type().name());
      writer.name("shape").any(spec.shape());
      if (spec.optional()) {
        writer.name("optional").value(true);
      }
      writer.endObject();
    }
    writer.endArray();
  }

  /// `POST /v2/repository/index`.
  public static byte[] index(List<ModelIndex> models) {
    var writer = new JsonWriter(CAPACITY).beginArray();
    for (var model : models) {
      writer.beginObject().name("name").value(model.name());
      writer.name("version").value(model.version());
      writer.name("state").value(model.state());
      writer.name("reason").value(model.reason()).endObject();
    }
    return writer.endArray().toBytes();
  }

  /// `POST /v2/repository/models/MODEL/load`.
  public static byte[] loaded(String model) {
    return object().name("name").value(model).name("load").value(true).endObject().toBytes();
  }

  /// `POST /v2/repository/models/MODEL/unload`.
  public static byte[] unloaded(String model) {
    return object().name("name").value(model).name("unload").value(true).endObject().toBytes();
  }

  /// `GET /v2/models/MODEL/stats`.
  public static byte[] statistics(List<ModelStatistics> models) {
    var writer = object().name("model_stats").beginArray();
    for (var model : models) {
      writer.beginObject().name("name").value(model.name());
      writer.name("version").value(model.version());
      writer.name("last_inference").value(model.lastInferenceMillis());
      writer.name("inference_count").value(model.inferenceCount());
      writer.name("execution_count").value(model.executionCount());
      totals(writer.name("inference_stats").beginObject(), model.totals());
      writer.endObject().name("batch_stats").beginArray();
      model.batches().forEach(batch -> batch(writer, batch));
      writer.endArray().endObject();
    }
    return writer.endArray().endObject().toBytes();
  }

  private static void totals(JsonWriter writer, ModelStatistics.Totals totals) {
    timing(writer, "success", totals.success());
    timing(writer, "fail", totals.fail());
    timing(writer, "queue", totals.queue());
    timing(writer, "compute_input", totals.computeInput());
    timing(writer, "compute_infer", totals.computeInfer());
    timing(writer, "compute_output", totals.computeOutput());
    timing(writer, "cache_hit", totals.cacheHit());
    timing(writer, "cache_miss", totals.cacheMiss());
  }

  private static void batch(JsonWriter writer, ModelStatistics.Batch batch) {
    writer.beginObject().name("batch_size").value(batch.batchSize());
    timing(writer, "compute_input", batch.computeInput());
    timing(writer, "compute_infer", batch.computeInfer());
    timing(writer, "compute_output", batch.computeOutput());
    writer.endObject();
  }

  private static void timing(JsonWriter writer, String name, ModelStatistics.Timing timing) {
    writer.name(name).beginObject().name("count").value(timing.count());
    writer.name("ns").value(timing.nanos()).endObject();
  }

  private static JsonWriter object() {
    return new JsonWriter(CAPACITY).beginObject();
  }
}
