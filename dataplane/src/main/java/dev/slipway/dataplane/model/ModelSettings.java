package dev.slipway.dataplane.model;

import dev.slipway.inference.artifact.Credentials;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How one model is served.
///
/// @param name what requests call it
/// @param source where it is: a path, or an address that the artifact fetcher takes
/// @param format of [dev.slipway.inference.engine.Engine#format()]; empty to recognise it
/// @param options for the engine, see [dev.slipway.inference.engine.ModelSource]
/// @param limits see [Limits]
/// @param batching joins requests; empty for never
/// @param checksInputs whether inputs are compared with the signature before the model sees them
/// @param cachesAnswers whether equal requests may be answered from memory
/// @param logger where requests and answers are sent as CloudEvents
/// @param credentials for the source
public record ModelSettings(
    String name,
    String source,
    Optional<String> format,
    Map<String, String> options,
    Limits limits,
    Optional<Batching> batching,
    boolean checksInputs,
    boolean cachesAnswers,
    Optional<PayloadLogging> logger,
    Credentials credentials) {
  public ModelSettings {
    options = Map.copyOf(options);
  }

  /// A model with default settings.
  public static ModelSettings of(String name, String source) {
    return new ModelSettings(
        name,
        source,
        Optional.empty(),
        Map.of(),
        Limits.standard(),
        Optional.empty(),
        false,
        false,
        Optional.empty(),
        Credentials.none());
  }

  public ModelSettings withFormat(String value) {
    return new ModelSettings(
        name,
        source,
        Optional.of(value),
        options,
        limits,
        batching,
        checksInputs,
        cachesAnswers,
        logger,
        credentials);
  }

  public ModelSettings withOptions(Map<String, String> value) {
    return new ModelSettings(
        name,
        source,
        format,
        value,
        limits,
        batching,
        checksInputs,
        cachesAnswers,
        logger,
        credentials);
  }

  public ModelSettings withLimits(Limits value) {
    return new ModelSettings(
        name,
        source,
        format,
        options,
        value,
        batching,
        checksInputs,
        cachesAnswers,
        logger,
        credentials);
  }

  public ModelSettings withBatching(Batching value) {
    return new ModelSettings(
        name,
        source,
        format,
        options,
        limits,
        Optional.of(value),
        checksInputs,
        cachesAnswers,
        logger,
        credentials);
  }

  public ModelSettings withoutBatching() {
    return new ModelSettings(
        name,
        source,
        format,
        options,
        limits,
        Optional.empty(),
        checksInputs,
        cachesAnswers,
        logger,
        credentials);
  }

  public ModelSettings withChecksInputs(boolean value) {
    return new ModelSettings(
        name, source, format, options, limits, batching, value, cachesAnswers, logger, credentials);
  }

  public ModelSettings withCachesAnswers(boolean value) {
    return new ModelSettings(
        name, source, format, options, limits, batching, checksInputs, value, logger, credentials);
  }

  public ModelSettings withLogger(PayloadLogging value) {
    return new ModelSettings(
        name,
        source,
        format,
        options,
        limits,
        batching,
        checksInputs,
        cachesAnswers,
        Optional.of(value),
        credentials);
  }

  public ModelSettings withCredentials(Credentials value) {
    return new ModelSettings(
        name,
        source,
        format,
        options,
        limits,
        batching,
        checksInputs,
        cachesAnswers,
        logger,
        value);
  }

  /// What one model may take of the server.
  ///
  /// @param concurrency requests inside the model at once; 0 for as many as come
  /// @param queue requests waiting for the model before further ones are refused
  /// @param instances threads that compute slow models and batches
  /// @param timeout of one request, waiting included
  public record Limits(int concurrency, int queue, int instances, Duration timeout) {
    public static Limits standard() {
      return new Limits(
          0, 1_000, Runtime.getRuntime().availableProcessors(), Duration.ofSeconds(60));
    }
  }

  /// Joins requests of the same shape into one call of the model.
  ///
  /// @param maxRows of a joined call
  /// @param maxDelay the longest the oldest request waits for company
  /// @param preferredRows sizes to make where possible, ascending; empty for none
  /// @param told whether V1 answers name the call they were part of, as KServe's agent has it
  public record Batching(
      int maxRows, Duration maxDelay, List<Integer> preferredRows, boolean told) {
    public Batching {
      preferredRows = List.copyOf(preferredRows);
    }

    /// Nobody is told.
    public Batching(int maxRows, Duration maxDelay, List<Integer> preferredRows) {
      this(maxRows, maxDelay, preferredRows, false);
    }
  }

  /// @param mode `all`, `request` or `response`
  /// @param source the CloudEvents' source
  /// @param extensions attributes of each event, by name: `namespace`, `component`
  /// @param metadataHeaders headers of the request that are told in the attribute `metadata`
  public record PayloadLogging(
      URI sink,
      String mode,
      String source,
      Map<String, String> extensions,
      List<String> metadataHeaders) {
    public PayloadLogging {
      extensions = Map.copyOf(extensions);
      metadataHeaders = List.copyOf(metadataHeaders);
    }

    /// Without attributes of its own.
    public static PayloadLogging of(URI sink, String mode, String source) {
      return new PayloadLogging(sink, mode, source, Map.of(), List.of());
    }
  }
}
