package dev.slipway.inference.optional;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/// A format whose engine is fetched when it is first needed.
///
/// @param name as in `modelFormat.name`
/// @param module of this project that has the engine
/// @param libraries Maven coordinates of what it computes with
/// @param megabytes to download, about
/// @param recognises whether an artifact is of this format, by names and first bytes
public record OptionalFormat(
    String name, String module, List<String> libraries, int megabytes, Predicate<Path> recognises) {
  public static final OptionalFormat TENSORFLOW =
      new OptionalFormat(
          "tensorflow",
          "engines/tensorflow",
          List.of(
              "dev.slipway:slipway-engine-tensorflow",
              "org.tensorflow:tensorflow-core-native:1.1.0:linux-x86_64"),
          160,
          SavedModelPlaces::has);

  public static final OptionalFormat PYTORCH =
      new OptionalFormat(
          "pytorch",
          "engines/torch",
          List.of(
              "dev.slipway:slipway-engine-torch",
              "ai.djl.pytorch:pytorch-engine:0.35.1",
              "ai.djl:api:0.35.1",
              "ai.djl.pytorch:pytorch-jni:2.7.1-0.35.1",
              "ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64",
              "net.java.dev.jna:jna:5.17.0",
              "com.google.code.gson:gson:2.13.1"),
          120,
          artifact -> TorchPlaces.of(artifact).isPresent());

  public OptionalFormat {
    libraries = List.copyOf(libraries);
  }
}
