package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.resource.Column;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Access, admission, coordination, scheduling and the like.
final class ClusterColumns {
  private ClusterColumns() {}

  static List<Column> bindings() {
    return Table.named()
        .text(
            "Role",
            "What is granted.",
            it -> it.at("roleRef").text("kind") + "/" + it.at("roleRef").text("name"))
        .age()
        .wide("Users", "Users it is granted to.", it -> subjects(it, "User"))
        .wide("Groups", "Groups it is granted to.", it -> subjects(it, "Group"))
        .wide(
            "ServiceAccounts",
            "Service accounts it is granted to.",
            it -> subjects(it, "ServiceAccount"))
        .columns();
  }

  static List<Column> leases() {
    return Table.named()
        .text("Holder", "Who holds it.", it -> it.at("spec").text("holderIdentity"))
        .age()
        .columns();
  }

  static List<Column> leaseCandidates() {
    return Table.named()
        .text("LeaseName", "The lease it is after.", it -> it.at("spec").text("leaseName"))
        .text("BinaryVersion", "What it is.", it -> it.at("spec").text("binaryVersion"))
        .text("EmulationVersion", "What it acts as.", it -> it.at("spec").text("emulationVersion"))
        .age()
        .columns();
  }

  static List<Column> priorityClasses() {
    return Table.named()
        .number("Value", "The priority of its pods.", it -> it.at("value").number(0))
        .flag(
            "Global-Default", "Whether pods get it unasked.", it -> it.at("globalDefault").isTrue())
        .age()
        .text(
            "PreemptionPolicy",
            "Whether its pods displace others.",
            it -> it.text("preemptionPolicy"))
        .columns();
  }

  static List<Column> runtimeClasses() {
    return Table.named()
        .text("Handler", "What runs its pods.", it -> it.text("handler"))
        .age()
        .columns();
  }

  static List<Column> webhooks() {
    return Table.named()
        .number("Webhooks", "How many webhooks it has.", it -> it.at("webhooks").size())
        .age()
        .columns();
  }

  static List<Column> validatingPolicies() {
    return Table.named()
        .number("Validations", "How many rules it has.", it -> it.at("spec", "validations").size())
        .text("ParamKind", "The kind of its parameters.", ClusterColumns::paramKind)
        .age()
        .columns();
  }

  static List<Column> mutatingPolicies() {
    return Table.named()
        .number("Mutations", "How many changes it makes.", it -> it.at("spec", "mutations").size())
        .text("ParamKind", "The kind of its parameters.", ClusterColumns::paramKind)
        .age()
        .columns();
  }

  static List<Column> policyBindings() {
    return Table.named()
        .text("PolicyName", "Which policy it binds.", it -> it.at("spec").text("policyName"))
        .text("ParamRef", "Its parameters.", ClusterColumns::paramRef)
        .age()
        .columns();
  }

  static List<Column> signingRequests() {
    return Table.named()
        .age()
        .text(
            "SignerName",
            "Who should sign.",
            it -> Cells.orElse(it.at("spec").text("signerName"), Cells.NONE))
        .text("Requestor", "Who asks.", it -> it.at("spec").text("username"))
        .text("RequestedDuration", "For how long.", ClusterColumns::requestedDuration)
        .text("Condition", "Whether it was granted.", ClusterColumns::signingState)
        .columns();
  }

  static List<Column> flowSchemas() {
    return Table.named()
        .text(
            "PriorityLevel",
            "Where its requests queue.",
            it -> it.at("spec", "priorityLevelConfiguration").text("name"))
        .textNumber(
            "MatchingPrecedence",
            "Which schema is asked first.",
            it -> it.at("spec", "matchingPrecedence").number(0))
        .text(
            "DistinguisherMethod",
            "What makes a flow.",
            it -> Cells.or(it.at("spec", "distinguisherMethod", "type"), Cells.NONE))
        .age()
        .text("MissingPL", "Whether its level is missing.", ClusterColumns::dangling)
        .columns();
  }

  static List<Column> priorityLevels() {
    String[] queuing = {"spec", "limited", "limitResponse", "queuing"};
    return Table.named()
        .text("Type", "Whether it is limited.", it -> it.at("spec").text("type"))
        .add(
            "NominalConcurrencyShares",
            "string",
            "Its share of all requests at once.",
            0,
            (it, _) -> orNone(it.at("spec", "limited", "nominalConcurrencyShares")))
        .add("Queues", "string", "How many.", 0, (it, _) -> orNone(it.at(queuing).at("queues")))
        .add(
            "HandSize",
            "string",
            "Queues a flow uses.",
            0,
            (it, _) -> orNone(it.at(queuing).at("handSize")))
        .add(
            "QueueLengthLimit",
            "string",
            "Requests a queue holds.",
            0,
            (it, _) -> orNone(it.at(queuing).at("queueLengthLimit")))
        .age()
        .columns();
  }

  static List<Column> podSecurityPolicies() {
    return Table.named()
        .text("Priv", "Whether privileged.", it -> truth(it.at("spec", "privileged")))
        .text("Caps", "Capabilities.", it -> joined(it, "allowedCapabilities"))
        .text("SELinux", "Rule for SELinux.", it -> rule(it, "seLinux"))
        .text("RunAsUser", "Rule for users.", it -> rule(it, "runAsUser"))
        .text("FsGroup", "Rule for the files' group.", it -> rule(it, "fsGroup"))
        .text("SupGroup", "Rule for more groups.", it -> rule(it, "supplementalGroups"))
        .text(
            "ReadOnlyRootFs",
            "Whether roots are read-only.",
            it -> truth(it.at("spec", "readOnlyRootFilesystem")))
        .text("Volumes", "Kinds of volumes.", it -> joined(it, "volumes"))
        .columns();
  }

  static List<Column> apiServices() {
    return Table.named()
        .text("Service", "Who serves it.", ClusterColumns::apiService)
        .text("Available", "Whether it answers.", ClusterColumns::apiAvailable)
        .age()
        .columns();
  }

  private static String subjects(Field binding, String kind) {
    return binding.items("subjects").stream()
        .filter(each -> each.text("kind").equals(kind))
        .map(
            each ->
                kind.equals("ServiceAccount") && !each.text("namespace").isEmpty()
                    ? each.text("namespace") + "/" + each.text("name")
                    : each.text("name"))
        .collect(Collectors.joining(", "));
  }

  private static String paramKind(Field policy) {
    Field kind = policy.at("spec", "paramKind");
    return kind.present() ? kind.text("apiVersion") + "/" + kind.text("kind") : Cells.UNSET;
  }

  private static String paramRef(Field binding) {
    Field reference = binding.at("spec", "paramRef");
    String name = reference.text("name");
    if (!name.isEmpty()) {
      return Cells.orElse(reference.text("namespace"), "*") + "/" + name;
    }
    Field selector = reference.at("selector");
    return selector.present() ? Cells.bareSelector(selector) : Cells.UNSET;
  }

  private static String requestedDuration(Field request) {
    Field seconds = request.at("spec", "expirationSeconds");
    return seconds.present() ? HumanDuration.of(Duration.ofSeconds(seconds.number(0))) : Cells.NONE;
  }

  private static String signingState(Field request) {
    List<String> conditions =
        request.at("status").items("conditions").stream().map(each -> each.text("type")).toList();
    String state =
        conditions.contains("Denied")
            ? "Denied"
            : conditions.contains("Approved") ? "Approved" : "Pending";
    return state
        + (conditions.contains("Failed") ? ",Failed" : "")
        + (request.at("status", "certificate").filled() ? ",Issued" : "");
  }

  private static String dangling(Field schema) {
    return schema.at("status").items("conditions").stream()
        .filter(each -> each.text("type").equals("Dangling"))
        .map(each -> each.text("status"))
        .findFirst()
        .orElse("?");
  }

  private static String apiService(Field service) {
    Field reference = service.at("spec", "service");
    return reference.present()
        ? reference.text("namespace") + "/" + reference.text("name")
        : "Local";
  }

  private static String apiAvailable(Field service) {
    for (Field each : service.at("status").items("conditions")) {
      if (each.text("type").equals("Available")) {
        String reason = each.text("reason");
        return each.text("status").equals("True")
            ? "True"
            : each.text("status") + (reason.isEmpty() ? "" : " (" + reason + ")");
      }
    }
    return "Unknown";
  }

  private static JsonNode orNone(Field field) {
    return field.present() ? field.value() : JsonNodeFactory.instance.stringNode(Cells.NONE);
  }

  private static String rule(Field policy, String name) {
    return policy.at("spec", name).text("rule");
  }

  private static String joined(Field policy, String name) {
    return String.join(",", policy.at("spec", name).texts());
  }

  private static String truth(Field field) {
    return Boolean.toString(field.isTrue());
  }
}
