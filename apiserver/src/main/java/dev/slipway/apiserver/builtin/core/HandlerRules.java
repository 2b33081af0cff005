package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.IntOrPercent;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Probes and lifecycle hooks: what is called, how often, how long.
final class HandlerRules {
  private static final List<String> PROBE = List.of("exec", "httpGet", "tcpSocket", "grpc");
  private static final List<String> HOOK = List.of("exec", "httpGet", "tcpSocket", "sleep");
  private static final List<String> COUNTS =
      List.of(
          "initialDelaySeconds",
          "timeoutSeconds",
          "periodSeconds",
          "successThreshold",
          "failureThreshold");

  private HandlerRules() {}

  /// `livenessProbe`, `readinessProbe`, `startupProbe` of a container that may have them.
  static void probes(Field container, Problems problems) {
    probe(container.at("livenessProbe"), problems);
    mustBeOne(container.at("livenessProbe"), problems);
    Field readiness = container.at("readinessProbe");
    probe(readiness, problems);
    if (readiness.at("terminationGracePeriodSeconds").present()) {
      problems.invalid(
          readiness.at("terminationGracePeriodSeconds"), "must not be set for readinessProbes");
    }
    probe(container.at("startupProbe"), problems);
    mustBeOne(container.at("startupProbe"), problems);
  }

  /// `lifecycle` of a container that may have it.
  ///
  /// @param graceSeconds how long the pod has to end
  static void lifecycle(Field container, Field os, long graceSeconds, Problems problems) {
    Field lifecycle = container.at("lifecycle");
    for (String hook : List.of("postStart", "preStop")) {
      if (lifecycle.at(hook).present()) {
        handler(lifecycle.at(hook), HOOK, problems);
        sleep(lifecycle.at(hook, "sleep"), graceSeconds, problems);
      }
    }
    Field signal = lifecycle.at("stopSignal");
    if (signal.present()) {
      signal(signal, os, problems);
    }
  }

  private static void probe(Field probe, Problems problems) {
    if (!probe.present()) {
      return;
    }
    handler(probe, PROBE, problems);
    COUNTS.forEach(each -> problems.notNegative(probe.at(each)));
    problems.positive(probe.at("terminationGracePeriodSeconds"));
  }

  private static void mustBeOne(Field probe, Problems problems) {
    if (probe.present() && probe.at("successThreshold").number(1) != 1) {
      problems.invalid(probe.at("successThreshold"), "must be 1");
    }
  }

  private static void handler(Field handler, List<String> kinds, Problems problems) {
    int found = 0;
    for (String kind : kinds) {
      Field action = handler.at(kind);
      if (!action.present()) {
        continue;
      }
      if (++found > 1) {
        problems.forbidden(action, "may not specify more than 1 handler type");
      } else {
        action(kind, action, problems);
      }
    }
    if (found == 0) {
      problems.required(handler, "must specify a handler type");
    }
  }

  private static void action(String kind, Field action, Problems problems) {
    switch (kind) {
      case "exec" -> problems.demand(action.at("command"));
      case "httpGet" -> httpGet(action, problems);
      case "tcpSocket", "grpc" -> IntOrPercent.judgePort(action.at("port"), problems);
      default -> {}
    }
  }

  private static void httpGet(Field action, Problems problems) {
    problems.demand(action.at("path"));
    IntOrPercent.judgePort(action.at("port"), problems);
    if (!List.of("HTTP", "HTTPS").contains(action.text("scheme"))) {
      problems.notSupported(action.at("scheme"), List.of("HTTP", "HTTPS"));
    }
    for (Field header : action.items("httpHeaders")) {
      String name = header.text("name");
      problems.sentences(action.at("httpHeaders").path(), name, Names.httpHeader(name));
    }
  }

  private static void sleep(Field sleep, long graceSeconds, Problems problems) {
    long seconds = sleep.at("seconds").number(0);
    if (sleep.present() && (seconds < 0 || seconds > graceSeconds)) {
      problems.invalid(
          sleep.path(),
          seconds,
          "must be non-negative and less than terminationGracePeriodSeconds ("
              + graceSeconds
              + ")");
    }
  }

  private static void signal(Field signal, Field os, Problems problems) {
    if (!os.present()) {
      problems.forbidden(signal, "may not be set for containers with empty `spec.os.name`");
    } else if (os.text("name").equals("windows")) {
      problems.oneOf(signal, List.of("SIGKILL", "SIGTERM"));
    } else if (os.text("name").equals("linux")) {
      problems.oneOf(signal, linuxSignals());
    }
  }

  private static Set<String> linuxSignals() {
    var signals =
        new TreeSet<String>(
            List.of(
                ("SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO"
                        + " SIGIOT SIGKILL SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGSEGV"
                        + " SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU"
                        + " SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIGRTMIN"
                        + " SIGRTMAX")
                    .split(" ", -1)));
    for (int i = 1; i <= 15; i++) {
      signals.add("SIGRTMIN+" + i);
    }
    for (int i = 1; i <= 14; i++) {
      signals.add("SIGRTMAX-" + i);
    }
    return signals;
  }
}
