package dev.slipway.engines.tensorflow;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Requests that TensorFlow Serving records to warm a model up: `PredictionLog` messages in a
/// TFRecord file (`tensorflow_serving/apis/prediction_log.proto`). Only `predict_log`s are taken.
final class WarmUpRequests {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUpRequests.class);
  private static final String FILE = "assets.extra/tf_serving_warmup_requests";
  private static final int MOST_RECORDS = 1000; // as TensorFlow Serving
  private static final long MOST_BYTES = 256L << 20;
  private static final int RECORD_FRAME = 16;

  private WarmUpRequests() {}

  /// What is recorded; nothing where the file is missing, and what comes before the damage where it
  /// is damaged.
  static List<Invocation> of(Path savedModel) {
    var file = savedModel.resolve(FILE);
    var requests = new ArrayList<Invocation>();
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
        return requests;
      }
      var records = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      while (records.remaining() > RECORD_FRAME && requests.size() < MOST_RECORDS) {
        read(record(records), requests);
      }
    } catch (IOException | RuntimeException problem) {
      LOG.warn("{} is not used any further: {}", file, problem.getMessage());
    }
    return requests;
  }

  /// Length, its checksum, the bytes, their checksum.
  private static byte[] record(ByteBuffer records) {
    long length = records.getLong();
    records.getInt();
    if (length < 0 || length > records.remaining() - Integer.BYTES) {
      throw new InvalidInputException("a record of " + length + " bytes");
    }
    var bytes = new byte[(int) length];
    records.get(bytes).getInt();
    return bytes;
  }

  private static void read(byte[] record, List<Invocation> requests) {
    var log = ProtoReader.of(record);
    while (log.nextField()) {
      if (log.field() != 6) {
        log.skip();
        continue;
      }
      var predict = log.readMessage();
      while (predict.nextField()) {
        if (predict.field() == 1) {
          requests.add(request(predict.readMessage()));
        } else {
          predict.skip();
        }
      }
    }
  }

  private static Invocation request(ProtoReader request) {
    var signature = "";
    var inputs = new ArrayList<Tensor>();
    var outputs = new ArrayList<String>();
    while (request.nextField()) {
      switch (request.field()) {
        case 1 -> signature = signature(request.readMessage());
        case 2 -> inputs.add(input(request.readMessage()));
        case 3 -> outputs.add(request.readString());
        default -> request.skip();
      }
    }
    return new Invocation(signature, inputs, outputs, Map.of());
  }

  private static String signature(ProtoReader spec) {
    var name = "";
    while (spec.nextField()) {
      if (spec.field() == 3) {
        name = spec.readString();
      } else {
        spec.skip();
      }
    }
    return name;
  }

  private static Tensor input(ProtoReader entry) {
    var name = "";
    var tensor = Tensor.ofFloats("", new long[] {0}, new float[0]);
    while (entry.nextField()) {
      switch (entry.field()) {
        case 1 -> name = entry.readString();
        case 2 -> tensor = TensorProto.read(entry.readMessage());
        default -> entry.skip();
      }
    }
    return tensor.named(name);
  }
}
