package dev.slipway.katib.wire;

import dev.slipway.base.Problem;
import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.katib.store.ObservationStore;
import dev.slipway.net.grpc.GrpcException;
import dev.slipway.net.grpc.GrpcMethods;
import dev.slipway.net.grpc.GrpcStatus;
import dev.slipway.net.grpc.ProtoReader;
import dev.slipway.net.grpc.ProtoWriter;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Algorithms;
import dev.slipway.tuning.EarlyStopping;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.StoppingRule;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;

/// The algorithms of this program for whoever speaks Katib's protocol: `api.v1.beta1.Suggestion`
/// and `EarlyStopping`, all of them under one address, chosen by `algorithm_name`.
public final class ServedAlgorithms {
  private static final String SEARCH = "/api.v1.beta1.Suggestion/";
  private static final String STOPPING = "/api.v1.beta1.EarlyStopping/";

  private final ObservationStore store;
  private final BiConsumer<String, String> stopped;

  /// @param store where reports of trials are looked up, for early stopping
  /// @param stopped told of a trial (namespace, name) that its caller has stopped
  public ServedAlgorithms(ObservationStore store, BiConsumer<String, String> stopped) {
    this.store = store;
    this.stopped = stopped;
  }

  public GrpcMethods methods() {
    return GrpcMethods.none()
        .unary(SEARCH + "GetSuggestions", (message, _) -> suggest(AskedStudy.of(message)))
        .unary(SEARCH + "ValidateAlgorithmSettings", (message, _) -> judge(AskedStudy.of(message)))
        .unary(STOPPING + "GetEarlyStoppingRules", (message, _) -> rules(AskedStudy.of(message)))
        .unary(
            STOPPING + "ValidateEarlyStoppingSettings",
            (message, _) -> judgeStopping(AskedStudy.ofStopping(message)))
        .unary(STOPPING + "SetTrialStatus", (message, _) -> stop(message));
  }

  private byte[] suggest(AskedStudy asked) {
    var algorithm = search(asked);
    try {
      var answer = algorithm.suggest(asked.study(), asked.trials(_ -> List.of()), asked.count());
      var reply = new ProtoWriter();
      answer.proposals().forEach(each -> reply.message(1, proposal(each)));
      if (!answer.settings().isEmpty()) {
        var settings = new ProtoWriter().text(1, asked.algorithm("algorithm"));
        answer.settings().forEach((name, value) -> settings.message(2, pair(name, value)));
        reply.message(2, settings);
      }
      return reply.bytes();
    } catch (IllegalArgumentException wrong) {
      throw invalid(String.valueOf(wrong.getMessage()));
    }
  }

  private static ProtoWriter proposal(Proposal proposal) {
    var message = new ProtoWriter();
    proposal.values().forEach((name, value) -> message.message(1, pair(name, value)));
    proposal.name().ifPresent(name -> message.text(2, name));
    proposal.labels().forEach((name, value) -> message.message(3, pair(name, value)));
    return message;
  }

  private static ProtoWriter pair(String name, String value) {
    return new ProtoWriter().text(1, name).text(2, value);
  }

  private static byte[] judge(AskedStudy asked) {
    try {
      return judged(search(asked).problems(asked.study()));
    } catch (IllegalArgumentException wrong) {
      throw invalid(String.valueOf(wrong.getMessage()));
    }
  }

  private static byte[] judged(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw invalid(Problem.join(problems));
    }
    return new byte[0];
  }

  private static Algorithm search(AskedStudy asked) {
    var name = asked.algorithm("algorithm");
    return Algorithms.search(name)
        .orElseThrow(() -> invalid("unknown algorithm name \"" + name + "\""));
  }

  private static EarlyStopping stopping(AskedStudy asked) {
    var name = asked.algorithm("earlyStopping");
    return Algorithms.stopping(name)
        .orElseThrow(() -> invalid("unknown early stopping algorithm name \"" + name + "\""));
  }

  private static byte[] judgeStopping(AskedStudy asked) {
    return judged(stopping(asked).problems(asked.settings("earlyStopping")));
  }

  private byte[] rules(AskedStudy asked) {
    Map<String, String> settings = asked.settings("earlyStopping");
    var trials = asked.trials(trial -> reports(trial, asked.metric()));
    var reply = new ProtoWriter();
    stopping(asked)
        .rules(asked.study(), asked.metric(), settings, trials)
        .forEach(each -> reply.message(1, rule(each)));
    return reply.bytes();
  }

  private static ProtoWriter rule(StoppingRule rule) {
    return new ProtoWriter()
        .text(1, rule.metric())
        .text(2, Double.toString(rule.value()))
        .number(3, number(rule.comparison()))
        .number(4, rule.startStep());
  }

  private static int number(StoppingRule.Comparison comparison) {
    return switch (comparison) {
      case EQUAL -> 1;
      case LESS -> 2;
      case GREATER -> 3;
    };
  }

  private List<Double> reports(String trial, String metric) {
    return store.namespaces(trial).stream()
        .flatMap(namespace -> store.logs(namespace, trial).stream())
        .filter(each -> each.name().equals(metric))
        .map(MetricLog::value)
        .map(AskedStudy::number)
        .filter(OptionalDouble::isPresent)
        .map(OptionalDouble::getAsDouble)
        .toList();
  }

  // SetTrialStatusRequest: trial_name 1.
  private byte[] stop(byte[] message) {
    var trial = "";
    for (var fields = new ProtoReader(message); fields.next(); ) {
      trial = fields.field() == 1 ? fields.text() : trial;
    }
    var namespaces = store.namespaces(trial);
    if (namespaces.size() != 1) {
      throw new GrpcException(
          GrpcStatus.NOT_FOUND,
          "trial_name: \"" + trial + "\" has reported in " + namespaces.size() + " namespaces");
    }
    stopped.accept(namespaces.getFirst(), trial);
    return new byte[0];
  }

  private static GrpcException invalid(String why) {
    return new GrpcException(GrpcStatus.INVALID_ARGUMENT, why);
  }
}
