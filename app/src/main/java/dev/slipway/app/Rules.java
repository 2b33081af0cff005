package dev.slipway.app;

import dev.slipway.api.KindRules;
import dev.slipway.api.jobset.JobSetRules;
import dev.slipway.api.katib.ExperimentRules;
import dev.slipway.api.kserve.KserveRules;
import dev.slipway.api.network.GatewayRules;
import dev.slipway.api.network.IngressAdvice;
import dev.slipway.api.network.RouteRules;
import dev.slipway.api.trainer.TrainerRules;
import dev.slipway.api.training.TrainingRules;
import dev.slipway.controllers.knative.rules.KnativeRules;
import dev.slipway.katib.collect.PodInjection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The rules of every kind that has any.
final class Rules {
  private Rules() {}

  static List<KindRules> all() {
    var all = new ArrayList<KindRules>(KserveRules.all());
    all.addAll(KnativeRules.all());
    all.addAll(training());
    all.add(new ExperimentRules());
    all.add(new PodInjection());
    all.add(new IngressAdvice());
    all.add(new GatewayRules());
    all.add(new RouteRules("HTTPRoute"));
    all.add(new RouteRules("GRPCRoute"));
    return all;
  }

  /// Those of the kinds that train.
  static List<KindRules> training() {
    var all = new ArrayList<KindRules>();
    all.add(new JobSetRules());
    all.addAll(TrainingRules.all());
    all.addAll(TrainerRules.all(InstantSource.system()));
    return all;
  }
}
