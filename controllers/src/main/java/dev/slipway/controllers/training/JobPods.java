package dev.slipway.controllers.training;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import dev.slipway.controllers.training.TrainingJob.ReplicaSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The pods and Services of a job, as they are and as a plan changes them.
final class JobPods {
  private final TrainingJob job;
  private final Observed observed;
  private final Plan plan;
  private final ReplicaDesired desired;
  private final List<Resource> pods;
  private final List<Resource> services;
  private final Set<String> deleted = new HashSet<>();

  JobPods(TrainingJob job, Observed observed, Plan plan, TrainingSettings settings) {
    this.job = job;
    this.observed = observed;
    this.plan = plan;
    this.desired = new ReplicaDesired(job, settings);
    this.pods = observed.children(Kinds.POD);
    this.services =
        job.kind() == TrainingKind.MPI_JOB ? List.of() : observed.children(Kinds.SERVICE);
  }

  /// @param since when the job began
  List<ReplicaPods> byType(Instant since) {
    return job.replicas().stream().map(each -> ReplicaPods.of(job, each, pods, since)).toList();
  }

  /// Ends what a policy does not keep.
  void clean(String policy) {
    for (Resource pod : pods) {
      boolean over =
          switch (pod.text("status", "phase")) {
            case "Succeeded", "Failed" -> true;
            default -> false;
          };
      if (policy.equals("All") || (policy.equals("Running") && !over)) {
        delete(pod);
        deleteService(pod.name());
      }
    }
  }

  void delete(Resource pod) {
    if (!pod.deleting() && deleted.add(pod.uid())) {
      plan.delete(pod);
      plan.event("SuccessfulDeletePod", "Deleted pod: " + pod.name());
    }
  }

  private void deleteService(String name) {
    services.stream()
        .filter(each -> each.name().equals(name) && !each.deleting())
        .filter(each -> deleted.add(each.uid()))
        .forEach(
            each -> {
              plan.delete(each);
              plan.event("SuccessfulDeleteService", "Deleted service: " + name);
            });
  }

  /// Makes what is missing, and ends Services that nobody needs.
  void complete(List<ReplicaPods> replicas) {
    tellRefusals();
    boolean mpi = job.kind() == TrainingKind.MPI_JOB;
    if (mpi) {
      new MpiDesired(job).keep(plan, observed, pods);
    } else {
      new ElasticDesired(job).keep(plan);
    }
    boolean named = mpi || services(replicas);
    for (ReplicaPods each : replicas) {
      for (int index = 0; index < each.spec().count(); index++) {
        if (named && !each.at().containsKey(index) && mayBegin(each, replicas)) {
          create(each.spec(), index);
        }
      }
    }
  }

  /// Names come before those they name: a replica looks for its peers as soon as it begins.
  ///
  /// @return whether pods need wait for them no longer
  private boolean services(List<ReplicaPods> replicas) {
    var wanted = new HashSet<String>();
    boolean all = true;
    for (ReplicaPods each : replicas) {
      for (int index = 0; index < each.spec().count(); index++) {
        String name = job.replicaName(each.spec().type(), index);
        wanted.add(name);
        if (services.stream().noneMatch(found -> found.name().equals(name))) {
          createService(each.spec(), index);
          all = false;
        }
      }
    }
    services.stream()
        .map(Resource::name)
        .filter(name -> !wanted.contains(name))
        .forEach(this::deleteService);
    return all || !refused(Kinds.SERVICE.plural()).isEmpty();
  }

  /// A launcher begins once all its workers run: there is nothing for it to do before.
  private boolean mayBegin(ReplicaPods these, List<ReplicaPods> all) {
    return !these.spec().type().equals("Launcher")
        || all.stream()
            .filter(each -> !each.spec().type().equals("Launcher"))
            .allMatch(each -> each.active() == each.spec().count());
  }

  private void create(ReplicaSpec replica, int index) {
    if (!Json.text(replica.template(), "spec", "restartPolicy").isEmpty()) {
      plan.warn(
          "SetPodTemplateRestartPolicy",
          "Restart policy in pod template will be overwritten by restart policy in replica spec");
    }
    plan.create(Kinds.POD, desired.pod(replica, index));
    String name = job.replicaName(replica.type(), index);
    if (refused(Kinds.POD.plural()).isEmpty()) {
      plan.event("SuccessfulCreatePod", "Created pod: " + name);
    }
  }

  private void createService(ReplicaSpec replica, int index) {
    plan.create(Kinds.SERVICE, desired.service(replica, index));
    if (refused(Kinds.SERVICE.plural()).isEmpty()) {
      plan.event(
          "SuccessfulCreateService", "Created service: " + job.replicaName(replica.type(), index));
    }
  }

  private List<Observed.Refusal> refused(String plural) {
    return observed.refusals().stream()
        .filter(each -> each.verb().equals("create") && each.kind().plural().equals(plural))
        .toList();
  }

  private void tellRefusals() {
    refused(Kinds.POD.plural())
        .forEach(each -> plan.warn("FailedCreatePod", "Error creating: " + each.message()));
    refused(Kinds.SERVICE.plural())
        .forEach(each -> plan.warn("FailedCreateService", "Error creating: " + each.message()));
  }

  /// Says of the job what keeps its pods from running, and how they ended.
  void tellTrouble() {
    for (Resource pod : pods) {
      boolean over =
          switch (pod.text("status", "phase")) {
            case "Succeeded", "Failed" -> true;
            default -> false;
          };
      tellEnd(pod);
      if (!over && !pod.deleting()) {
        tellTrouble(pod);
      }
    }
    int total = job.total();
    job.policy()
        .minAvailable()
        .filter(least -> least > total)
        .ifPresent(
            least ->
                plan.warn(
                    "Unschedulable",
                    "spec.runPolicy.schedulingPolicy.minAvailable is "
                        + least
                        + ", and the job has "
                        + total
                        + " pods: none of them is started"));
  }

  private void tellEnd(Resource pod) {
    for (JsonNode each : pod.status().path("containerStatuses")) {
      JsonNode ended = each.path("state").path("terminated");
      if (ended.isObject()
          && Json.text(each, "name").equals(job.kind().container().name())
          && pod.text("status", "phase").equals("Failed")) {
        plan.event(
            "ExitedWithCode",
            "Pod: "
                + pod.namespace()
                + "."
                + pod.name()
                + " exited with code "
                + ended.path("exitCode").asInt());
      }
    }
  }

  private void tellTrouble(Resource pod) {
    var statuses = new ArrayList<JsonNode>();
    pod.status().path("containerStatuses").forEach(statuses::add);
    if (statuses.isEmpty()) {
      pod.status().path("initContainerStatuses").forEach(statuses::add);
    }
    for (JsonNode each : statuses) {
      String of = "Error pod " + pod.name() + " container " + Json.text(each, "name");
      JsonNode ended = each.path("state").path("terminated");
      if (ended.path("exitCode").asInt(0) != 0) {
        plan.warn(
            Json.text(ended, "reason"),
            of
                + " exitCode: "
                + ended.path("exitCode").asInt()
                + " terminated message: "
                + Json.text(ended, "message"));
      }
      JsonNode waiting = each.path("state").path("waiting");
      if (!Json.text(waiting, "message").isEmpty()) {
        plan.warn(
            Json.text(waiting, "reason"),
            of + " waiting message: " + Json.text(waiting, "message"));
      }
    }
    JsonNode scheduled = pod.conditionNode("PodScheduled");
    if (statuses.isEmpty() && Json.text(scheduled, "status").equals("False")) {
      plan.warn(
          Json.text(scheduled, "reason"),
          "Error pod " + pod.name() + " condition message: " + Json.text(scheduled, "message"));
    }
  }
}
