package dev.slipway.engines.tensorflow;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.tensor.DataType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// One graph of a SavedModel with its signatures, as `tensorflow/core/protobuf/meta_graph.proto`
/// writes it; only what serving needs is read.
///
/// @param tags what the graph is for: `serve`
/// @param signatures by name, those that serve; `serving_default` first, then by alphabet
/// @param unservable why others do not, by name
/// @param operations every kind of operation in the graph and its functions
record MetaGraph(
    Set<String> tags,
    Map<String, Ports> signatures,
    Map<String, String> unservable,
    Set<String> operations) {
  static final String DEFAULT = "serving_default";

  /// What a signature takes and gives, in natural order of names.
  record Ports(List<Port> inputs, List<Port> outputs) {
    Ports {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /// @param reader of a `MetaGraphDef`
  static MetaGraph read(ProtoReader reader) {
    var tags = new TreeSet<String>();
    var operations = new TreeSet<String>();
    var signatures = new TreeMap<String, Ports>(Comparator.comparing(MetaGraph::place));
    var unservable = new TreeMap<String, String>();
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> tags(reader.readMessage(), tags);
        case 2 -> graph(reader.readMessage(), operations);
        case 5 -> signature(reader.readMessage(), signatures, unservable);
        default -> reader.skip();
      }
    }
    return new MetaGraph(tags, new LinkedHashMap<>(signatures), unservable, operations);
  }

  private static String place(String name) {
    return (name.equals(DEFAULT) ? "0" : "1") + name;
  }

  private static void tags(ProtoReader info, Set<String> tags) {
    while (info.nextField()) {
      if (info.field() == 4) {
        tags.add(info.readString());
      } else {
        info.skip();
      }
    }
  }

  private static void graph(ProtoReader graph, Set<String> operations) {
    while (graph.nextField()) {
      switch (graph.field()) {
        case 1 -> node(graph.readMessage(), operations);
        case 2 -> library(graph.readMessage(), operations);
        default -> graph.skip();
      }
    }
  }

  private static void library(ProtoReader library, Set<String> operations) {
    while (library.nextField()) {
      if (library.field() != 1) {
        library.skip();
        continue;
      }
      var function = library.readMessage();
      while (function.nextField()) {
        if (function.field() == 3) {
          node(function.readMessage(), operations);
        } else {
          function.skip();
        }
      }
    }
  }

  private static void node(ProtoReader node, Set<String> operations) {
    while (node.nextField()) {
      if (node.field() == 2) {
        operations.add(node.readString());
      } else {
        node.skip();
      }
    }
  }

  private static void signature(
      ProtoReader entry, Map<String, Ports> signatures, Map<String, String> unservable) {
    var name = "";
    var inputs = new ArrayList<Port>();
    var outputs = new ArrayList<Port>();
    var problems = new ArrayList<String>();
    while (entry.nextField()) {
      switch (entry.field()) {
        case 1 -> name = entry.readString();
        case 2 -> {
          var definition = entry.readMessage();
          while (definition.nextField()) {
            switch (definition.field()) {
              case 1 -> port(definition.readMessage(), "input", inputs, problems);
              case 2 -> port(definition.readMessage(), "output", outputs, problems);
              default -> definition.skip();
            }
          }
        }
        default -> entry.skip();
      }
    }
    if (name.startsWith("__saved_model")) {
      return;
    }
    if (outputs.isEmpty() && problems.isEmpty()) {
      problems.add("it has no outputs");
    }
    if (problems.isEmpty()) {
      inputs.sort(NATURAL);
      outputs.sort(NATURAL);
      signatures.put(name, new Ports(inputs, outputs));
    } else {
      unservable.put(name, String.join("; ", problems));
    }
  }

  /// By name, numbers at the end by value: `output_2` before `output_10`.
  private static final Comparator<Port> NATURAL =
      Comparator.comparing((Port port) -> stem(port.name()))
          .thenComparingInt(port -> digits(port.name()).length())
          .thenComparing(Port::name);

  private static String digits(String name) {
    return name.substring(stem(name).length());
  }

  private static String stem(String name) {
    int end = name.length();
    while (end > 0 && Character.isDigit(name.charAt(end - 1))) {
      end--;
    }
    return name.substring(0, end);
  }

  private static void port(
      ProtoReader entry, String kind, List<Port> ports, List<String> problems) {
    var name = "";
    var info = new TensorInfo();
    while (entry.nextField()) {
      switch (entry.field()) {
        case 1 -> name = entry.readString();
        case 2 -> info.read(entry.readMessage());
        default -> entry.skip();
      }
    }
    var type = Types.of(info.type);
    if (type.isEmpty()) {
      problems.add(kind + " \"" + name + "\" is of " + Types.word(info.type));
    } else if (info.tensor.isEmpty()) {
      problems.add(kind + " \"" + name + "\" is sparse or composite, not one dense tensor");
    } else {
      ports.add(info.port(name, type.get()));
    }
  }

  /// `TensorInfo`.
  private static final class TensorInfo {
    private String tensor = "";
    private int type;
    private final List<Long> shape = new ArrayList<>();
    private boolean ranked = true;

    void read(ProtoReader info) {
      while (info.nextField()) {
        switch (info.field()) {
          case 1 -> tensor = info.readString();
          case 2 -> type = info.readInt();
          case 3 -> shape(info.readMessage());
          default -> info.skip();
        }
      }
    }

    private void shape(ProtoReader message) {
      while (message.nextField()) {
        switch (message.field()) {
          case 2 -> dimension(message.readMessage());
          case 3 -> ranked = !message.readBoolean();
          default -> message.skip();
        }
      }
    }

    private void dimension(ProtoReader message) {
      long size = 0;
      while (message.nextField()) {
        if (message.field() == 1) {
          size = message.readLong();
        } else {
          message.skip();
        }
      }
      shape.add(Math.max(size, -1));
    }

    /// `dense/BiasAdd:0` is the first output of the operation `dense/BiasAdd`.
    Port port(String name, DataType element) {
      int colon = tensor.lastIndexOf(':');
      var digits = colon < 0 ? "" : tensor.substring(colon + 1);
      boolean numbered = digits.matches("\\d{1,6}");
      return new Port(
          name,
          numbered ? tensor.substring(0, colon) : tensor,
          numbered ? Integer.parseInt(digits) : 0,
          type,
          element,
          shape,
          ranked);
    }
  }

  /// The first operation that reaches out of the graph; such models are not loaded.
  Optional<String> reachesOut() {
    return operations.stream().filter(REACHING::contains).findFirst();
  }

  /// Operations that read or write files of the graph's choice, run other programs, or talk to
  /// other machines. Tables, variables and checkpoints have their own and are no part of this.
  private static final Set<String> REACHING =
      Set.of(
          "WriteFile",
          "ReadFile",
          "PyFunc",
          "PyFuncStateless",
          "EagerPyFunc",
          "WholeFileReader",
          "WholeFileReaderV2",
          "TextLineReader",
          "TextLineReaderV2",
          "FixedLengthRecordReader",
          "FixedLengthRecordReaderV2",
          "TFRecordReader",
          "TFRecordReaderV2",
          "TextLineDataset",
          "TFRecordDataset",
          "TFRecordDatasetV2",
          "FixedLengthRecordDataset",
          "FixedLengthRecordDatasetV2",
          "MatchingFiles",
          "MatchingFilesDataset",
          "SaveDataset",
          "SaveDatasetV2",
          "LoadDataset",
          "DistributedSave",
          "DataServiceDataset",
          "DataServiceDatasetV2",
          "DebugIdentity",
          "DebugIdentityV2",
          "DebugIdentityV3",
          "CreateSummaryFileWriter",
          "CreateSummaryDbWriter",
          "RpcClient",
          "RpcServer",
          "RpcCall");
}
