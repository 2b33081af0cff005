package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.resource.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/// Kinds that keep pods: `apps`, `batch`, replication controllers.
final class WorkloadColumns {
  private static final String[] CONTAINERS = {"spec", "template", "spec", "containers"};
  private static final String READY = "How many pods are ready, of how many.";

  private WorkloadColumns() {}

  static List<Column> deployments() {
    return template(
            Table.named()
                .text("Ready", READY, WorkloadColumns::ready)
                .textNumber(
                    "Up-to-date", "Pods of the newest template.", status("updatedReplicas")::of)
                .textNumber(
                    "Available", "Pods ready for long enough.", status("availableReplicas")::of)
                .age())
        .wide("Selector", "Which pods count.", it -> Cells.bareSelector(it.at("spec", "selector")))
        .columns();
  }

  static List<Column> replicaSets() {
    return template(replicas())
        .wide("Selector", "Which pods count.", it -> Cells.selector(it.at("spec", "selector")))
        .columns();
  }

  static List<Column> replicationControllers() {
    return template(replicas())
        .wide("Selector", "Which pods count.", it -> Cells.labels(it.at("spec", "selector")))
        .columns();
  }

  static List<Column> statefulSets() {
    return template(Table.named().text("Ready", READY, WorkloadColumns::ready).age()).columns();
  }

  static List<Column> daemonSets() {
    return template(
            Table.named()
                .number(
                    "Desired", "Nodes that should run it.", status("desiredNumberScheduled")::of)
                .number("Current", "Nodes that run it.", status("currentNumberScheduled")::of)
                .number("Ready", "Nodes where it is ready.", status("numberReady")::of)
                .number(
                    "Up-to-date",
                    "Nodes with the newest template.",
                    status("updatedNumberScheduled")::of)
                .number("Available", "Nodes where it is available.", status("numberAvailable")::of)
                .text(
                    "Node Selector",
                    "Which nodes should run it.",
                    it -> Cells.labels(it.at("spec", "template", "spec", "nodeSelector")))
                .age())
        .wide("Selector", "Which pods count.", it -> Cells.selector(it.at("spec", "selector")))
        .columns();
  }

  static List<Column> controllerRevisions() {
    return Table.named()
        .text("Controller", "Whose revision it is.", WorkloadColumns::controller)
        .textNumber("Revision", "Its number in the history.", it -> it.at("revision").number(0))
        .age()
        .columns();
  }

  static List<Column> jobs() {
    return template(
            Table.named()
                .text("Status", "How far the job is.", WorkloadColumns::jobStatus)
                .text(
                    "Completions",
                    "Pods that succeeded, of how many.",
                    WorkloadColumns::completions)
                .timed("Duration", "How long the job has taken.", WorkloadColumns::jobDuration)
                .age())
        .wide("Selector", "Which pods count.", it -> Cells.selector(it.at("spec", "selector")))
        .columns();
  }

  static List<Column> cronJobs() {
    String[] containers = {"spec", "jobTemplate", "spec", "template", "spec", "containers"};
    return Table.named()
        .text("Schedule", "When jobs are made.", it -> it.at("spec").text("schedule"))
        .text(
            "Timezone",
            "Where the schedule is read.",
            it -> Cells.or(it.at("spec", "timeZone"), Cells.NONE))
        .add(
            "Suspend",
            "boolean",
            "Whether no jobs are made for now.",
            0,
            (it, _) -> JsonNodeFactory.instance.stringNode(suspended(it)))
        .number("Active", "Jobs that run now.", it -> it.at("status", "active").size())
        .timed("Last Schedule", "When a job was made last.", WorkloadColumns::lastSchedule)
        .age()
        .wide("Containers", "The names of the containers.", it -> Cells.names(it.at(containers)))
        .wide("Images", "The images of the containers.", it -> Cells.images(it.at(containers)))
        .wide(
            "Selector",
            "Which pods count.",
            it -> Cells.selector(it.at("spec", "jobTemplate", "spec", "selector")))
        .columns();
  }

  /// A number under `status`; 0 where absent.
  private record StatusNumber(String name) {
    long of(Field object) {
      return object.at("status", name).number(0);
    }
  }

  private static StatusNumber status(String name) {
    return new StatusNumber(name);
  }

  private static Table replicas() {
    return Table.named()
        .number(
            "Desired", "How many pods there should be.", it -> it.at("spec", "replicas").number(0))
        .number("Current", "How many pods there are.", status("replicas")::of)
        .number("Ready", "How many pods are ready.", status("readyReplicas")::of)
        .age();
  }

  private static Table template(Table table) {
    return table
        .wide("Containers", "The names of the containers.", it -> Cells.names(it.at(CONTAINERS)))
        .wide("Images", "The images of the containers.", it -> Cells.images(it.at(CONTAINERS)));
  }

  private static String ready(Field it) {
    return it.at("status", "readyReplicas").number(0) + "/" + it.at("spec", "replicas").number(0);
  }

  private static String controller(Field revision) {
    for (Field owner : revision.at("metadata").items("ownerReferences")) {
      if (owner.at("controller").isTrue()) {
        String apiVersion = owner.text("apiVersion");
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : "." + apiVersion.substring(0, slash);
        return (owner.text("kind") + group).toLowerCase(Locale.ROOT) + "/" + owner.text("name");
      }
    }
    return Cells.NONE;
  }

  private static String jobStatus(Field job) {
    if (holds(job, "Complete")) {
      return "Complete";
    }
    if (holds(job, "Failed")) {
      return "Failed";
    }
    if (job.at("metadata", "deletionTimestamp").present()) {
      return "Terminating";
    }
    for (String each : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
      if (holds(job, each)) {
        return each;
      }
    }
    return "Running";
  }

  private static boolean holds(Field job, String condition) {
    return job.at("status").items("conditions").stream()
        .filter(each -> each.text("type").equals(condition))
        .findFirst()
        .filter(each -> each.text("status").equals("True"))
        .isPresent();
  }

  private static String completions(Field job) {
    long succeeded = job.at("status", "succeeded").number(0);
    Field wanted = job.at("spec", "completions");
    if (wanted.present()) {
      return succeeded + "/" + wanted.number(0);
    }
    long parallelism = job.at("spec", "parallelism").number(0);
    return succeeded + (parallelism > 1 ? "/1 of " + parallelism : "/1");
  }

  private static String jobDuration(Field job, Instant now) {
    Optional<Instant> start = HumanDuration.instant(job.at("status", "startTime"));
    Instant end = HumanDuration.instant(job.at("status", "completionTime")).orElse(now);
    return start.map(each -> HumanDuration.of(Duration.between(each, end))).orElse("");
  }

  private static String suspended(Field cronJob) {
    Field suspend = cronJob.at("spec", "suspend");
    return suspend.present() ? (suspend.isTrue() ? "True" : "False") : Cells.UNSET;
  }

  private static String lastSchedule(Field cronJob, Instant now) {
    Field last = cronJob.at("status", "lastScheduleTime");
    return last.present() ? HumanDuration.since(last, now) : Cells.NONE;
  }
}
