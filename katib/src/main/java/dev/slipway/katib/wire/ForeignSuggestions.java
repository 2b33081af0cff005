package dev.slipway.katib.wire;

import dev.slipway.controllers.katib.SuggestionService;
import dev.slipway.net.grpc.GrpcClient;
import dev.slipway.net.grpc.GrpcException;
import dev.slipway.net.grpc.GrpcStatus;
import dev.slipway.net.grpc.ProtoWriter;
import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.Suggestions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Algorithms of other programs, asked by `api.v1.beta1.Suggestion` and `EarlyStopping`.
public final class ForeignSuggestions implements SuggestionService, AutoCloseable {
  private static final String SEARCH = "/api.v1.beta1.Suggestion/";
  private static final String STOPPING = "/api.v1.beta1.EarlyStopping/";

  /// As long as Katib's controller waits.
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final GrpcClient client = new GrpcClient();
  private final Function<String, InetSocketAddress> addresses;

  /// @param addresses where an endpoint (`HOST:PORT`) answers, names of the cluster included
  public ForeignSuggestions(Function<String, InetSocketAddress> addresses) {
    this.addresses = addresses;
  }

  @Override
  public Optional<String> problem(Question question) {
    var message =
        new ProtoWriter().message(1, SuggestionMessages.experiment(question.experiment()));
    return judged(question, SEARCH + "ValidateAlgorithmSettings", message);
  }

  // ValidateEarlyStoppingSettingsRequest: early_stopping 1.
  @Override
  public Optional<String> stoppingProblem(Question question) {
    var settings = question.experiment().spec().path("earlyStopping");
    var message = new ProtoWriter().message(1, SuggestionMessages.algorithm(settings));
    return judged(question, STOPPING + "ValidateEarlyStoppingSettings", message);
  }

  /// A service that judges nothing has nothing against it.
  private Optional<String> judged(Question question, String path, ProtoWriter message) {
    try {
      var _ = call(question, path, message);
      return Optional.empty();
    } catch (GrpcException answer) {
      return switch (answer.status()) {
        case UNIMPLEMENTED -> Optional.empty();
        case UNAVAILABLE, DEADLINE_EXCEEDED -> throw failed(question, answer);
        default -> Optional.of(answer.text());
      };
    }
  }

  // GetSuggestionsRequest: experiment 1, trials 2, current_request_number 4,
  // total_request_number 5.
  @Override
  public Suggestions suggest(Question question, int count, int total) {
    var message = asked(question).number(4, count).number(5, total);
    try {
      return SuggestionMessages.suggestions(call(question, SEARCH + "GetSuggestions", message));
    } catch (GrpcException problem) {
      throw failed(question, problem);
    }
  }

  @Override
  public List<StoppingRule> rules(Question question) {
    var message = asked(question).text(3, "katib-db-manager.kubeflow:6789");
    try {
      return SuggestionMessages.rules(call(question, STOPPING + "GetEarlyStoppingRules", message));
    } catch (GrpcException problem) {
      throw failed(question, problem);
    }
  }

  private static ProtoWriter asked(Question question) {
    var message =
        new ProtoWriter().message(1, SuggestionMessages.experiment(question.experiment()));
    question.trials().forEach(each -> message.message(2, SuggestionMessages.trial(each)));
    return message;
  }

  private byte[] call(Question question, String path, ProtoWriter message) {
    try {
      var at = addresses.apply(question.endpoint());
      return client.call(at, path, message.bytes(), TIMEOUT);
    } catch (IllegalArgumentException wrong) {
      throw new GrpcException(GrpcStatus.UNAVAILABLE, String.valueOf(wrong.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new GrpcException(GrpcStatus.CANCELLED, "interrupted");
    }
  }

  private static SuggestionException failed(Question question, GrpcException problem) {
    return new SuggestionException(
        "the algorithm at "
            + question.endpoint()
            + " did not answer: "
            + problem.status()
            + ": "
            + problem.text());
  }

  @Override
  public void close() {
    client.close();
  }
}
