package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `ReloadConfigRequest`: the models that are to be served from now on, and no others.
///
/// Source: tensorflow/serving, `config/model_server_config.proto` and
/// `sources/storage_path/file_system_storage_path_source.proto`, 2.20.
public record TfConfig(List<Model> models) {
  public TfConfig {
    models = List.copyOf(models);
  }

  /// One of them.
  ///
  /// @param path `base_path`
  /// @param platform `tensorflow`, or `""`
  /// @param policy as `model_version_policy` has it: `latest:2`, `all`, `specific:1,3`; `""` for
  /// none
  /// @param labels names for versions
  public record Model(
      String name, String path, String platform, String policy, Map<String, Long> labels) {
    public Model {
      labels = Map.copyOf(labels);
    }
  }

  /// @throws InvalidInputException if it is malformed, or no list of models
  public static TfConfig read(byte[] message) {
    var reader = ProtoReader.of(message);
    while (reader.nextField()) {
      if (reader.field() == 1) {
        return config(reader.readMessage());
      }
      reader.skip();
    }
    throw new InvalidInputException("expected a config with a model_config_list");
  }

  private static TfConfig config(ProtoReader reader) {
    while (reader.nextField()) {
      if (reader.field() == 1) {
        return list(reader.readMessage());
      }
      reader.skip();
    }
    throw new InvalidInputException("config: expected a model_config_list");
  }

  private static TfConfig list(ProtoReader reader) {
    var models = new ArrayList<Model>();
    while (reader.nextField()) {
      if (reader.field() == 1) {
        models.add(model(reader.readMessage()));
      } else {
        reader.skip();
      }
    }
    return new TfConfig(models);
  }

  private static Model model(ProtoReader reader) {
    var name = "";
    var path = "";
    var platform = "";
    var policy = "";
    var labels = new TreeMap<String, Long>();
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> name = reader.readString();
        case 2 -> path = reader.readString();
        case 4 -> platform = reader.readString();
        case 7 -> policy = policy(reader.readMessage());
        case 8 -> reader.readEntry(labels, ProtoReader::readLong, 0L);
        default -> reader.skip();
      }
    }
    if (name.isEmpty() || path.isEmpty()) {
      throw new InvalidInputException(
          "model_config_list: expected name and base_path, found \""
              + name
              + "\", \""
              + path
              + "\"");
    }
    return new Model(name, path, platform, policy, labels);
  }

  private static String policy(ProtoReader reader) {
    var policy = "";
    while (reader.nextField()) {
      switch (reader.field()) {
        case 100 -> policy = "latest:" + Math.max(1, number(reader.readMessage()));
        case 101 -> {
          policy = "all";
          reader.skip();
        }
        case 102 -> policy = "specific:" + numbers(reader.readMessage());
        default -> reader.skip();
      }
    }
    return policy;
  }

  private static long number(ProtoReader reader) {
    long number = 1;
    while (reader.nextField()) {
      if (reader.field() == 1) {
        number = reader.readLong();
      } else {
        reader.skip();
      }
    }
    return number;
  }

  private static String numbers(ProtoReader reader) {
    var numbers = new ArrayList<String>();
    while (reader.nextField()) {
      if (reader.field() == 1) {
        reader.readLongs(number -> numbers.add(Long.toString(number)));
      } else {
        reader.skip();
      }
    }
    return String.join(",", numbers);
  }
}
