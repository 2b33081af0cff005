package dev.slipway.inference.codec.oip;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.codec.v2.ModelIndex;
import dev.slipway.inference.codec.v2.ModelStatistics;
import dev.slipway.inference.codec.v2.ModelStatistics.Timing;
import dev.slipway.inference.engine.Signature;
import java.util.List;

/// The service's messages beside inference.
public final class OipMessages {
  private static final int CAPACITY = 64;

  private OipMessages() {}

  /// Which model is meant.
  ///
  /// @param version `""` for none
  public record ModelRef(String name, String version) {}

  /// `ModelReadyRequest`, `ModelMetadataRequest`, `ModelStatisticsRequest`, `ModelConfigRequest`.
  public static ModelRef readModel(byte[] message) {
    var fields = strings(message);
    return new ModelRef(fields[1], fields[2]);
  }

  /// The model named by `RepositoryModelLoadRequest` or `RepositoryModelUnloadRequest`: KServe has
  /// it
  /// in field 1, Triton in field 2 behind the repository's name.
  public static String readRepositoryModel(byte[] message) {
    var fields = strings(message);
    return fields[2].isEmpty() ? fields[1] : fields[2];
  }

  private static String[] strings(byte[] message) {
    var fields = new String[] {"", "", ""};
    var reader = ProtoReader.of(message);
    while (reader.nextField()) {
      if (reader.field() < fields.length) {
        fields[reader.field()] = reader.readString();
      } else {
        reader.skip();
      }
    }
    return fields;
  }

  /// `RepositoryIndexRequest`.
  ///
  /// @return whether only models that are ready are wanted
  public static boolean readIndexRequest(byte[] message) {
    boolean ready = false;
    var reader = ProtoReader.of(message);
    while (reader.nextField()) {
      if (reader.field() == 2) {
        ready = reader.readBoolean();
      } else {
        reader.skip();
      }
    }
    return ready;
  }

  /// `ServerLiveResponse`, `ServerReadyResponse`, `ModelReadyResponse`.
  public static byte[] flag(boolean value) {
    return new ProtoWriter(CAPACITY).writeBoolean(1, value).toBytes();
  }

  /// `ServerMetadataResponse`.
  public static byte[] server(String name, String version, List<String> extensions) {
    var writer = new ProtoWriter(CAPACITY).writeString(1, name).writeString(2, version);
    extensions.forEach(extension -> writer.alwaysString(3, extension));
    return writer.toBytes();
  }

  /// `ModelMetadataResponse`.
  public static byte[] model(
      String name, List<String> versions, String platform, Signature signature) {
    var writer = new ProtoWriter(CAPACITY).writeString(1, name);
    versions.forEach(version -> writer.alwaysString(2, version));
    writer.writeString(3, platform);
    signature.inputs().forEach(spec -> spec(writer, 4, spec));
    signature.outputs().forEach(spec -> spec(writer, 5, spec));
    return writer.toBytes();
  }

  private static void spec(ProtoWriter writer, int field, Signature.Spec spec) {
    int mark = writer.begin(field);
    writer.writeString(1, spec.name()).writeString(2, spec.type().name());
    writer.writeLongs(3, spec.shape().stream().mapToLong(Long::longValue).toArray());
    writer.end(mark);
  }

  /// `RepositoryModelLoadResponse` or `RepositoryModelUnloadResponse`: done.
  public static byte[] done(String model) {
    return new ProtoWriter(CAPACITY).writeString(1, model).writeBoolean(2, true).toBytes();
  }

  /// `RepositoryIndexResponse`.
  public static byte[] index(List<ModelIndex> models) {
    var writer = new ProtoWriter(CAPACITY);
    for (var model : models) {
      int mark = writer.begin(1);
      writer.writeString(1, model.name()).writeString(2, model.version());
      writer.writeString(3, model.state()).writeString(4, model.reason());
      writer.end(mark);
    }
    return writer.toBytes();
  }

  /// `ModelStatisticsResponse`.
  public static byte[] statistics(List<ModelStatistics> models) {
    var writer = new ProtoWriter(CAPACITY);
    for (var model : models) {
      int mark = writer.begin(1);
      writer.writeString(1, model.name()).writeString(2, model.version());
      writer.writeLong(3, model.lastInferenceMillis());
      writer.writeLong(4, model.inferenceCount()).writeLong(5, model.executionCount());
      totals(writer, model.totals());
      model.batches().forEach(batch -> batch(writer, batch));
      writer.end(mark);
    }
    return writer.toBytes();
  }

  private static void totals(ProtoWriter writer, ModelStatistics.Totals totals) {
    int mark = writer.begin(6);
    timing(writer, 1, totals.success());
    timing(writer, 2, totals.fail());
    timing(writer, 3, totals.queue());
    timing(writer, 4, totals.computeInput());
    timing(writer, 5, totals.computeInfer());
    timing(writer, 6, totals.computeOutput());
    timing(writer, 7, totals.cacheHit());
    timing(writer, 8, totals.cacheMiss());
    writer.end(mark);
  }

  private static void batch(ProtoWriter writer, ModelStatistics.Batch batch) {
    int mark = writer.begin(7);
    writer.writeLong(1, batch.batchSize());
    timing(writer, 2, batch.computeInput());
    timing(writer, 3, batch.computeInfer());
    timing(writer, 4, batch.computeOutput());
    writer.end(mark);
  }

  private static void timing(ProtoWriter writer, int field, Timing timing) {
    int mark = writer.begin(field);
    writer.writeLong(1, timing.count()).writeLong(2, timing.nanos());
    writer.end(mark);
  }
}
