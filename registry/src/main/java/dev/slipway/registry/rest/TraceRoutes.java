package dev.slipway.registry.rest;

import dev.slipway.registry.traces.Assessments;
import dev.slipway.registry.traces.DatasetRecords;
import dev.slipway.registry.traces.EvaluationDatasets;
import dev.slipway.registry.traces.Scorers;
import dev.slipway.registry.traces.SpanLog;
import dev.slipway.registry.traces.TraceSearch;
import dev.slipway.registry.traces.Traces;

/// The paths of traces and of what judges them.
///
/// @param spans answers outside the API's paths
public record TraceRoutes(
    Traces traces,
    TraceSearch search,
    SpanLog spans,
    Assessments assessments,
    EvaluationDatasets datasets,
    DatasetRecords records,
    Scorers scorers) {

  void addTo(Routes routes) {
    old(routes);
    latest(routes);
    assessments(routes);
    datasets(routes);
    routes
        .latest("POST", "scorers/register", scorers::register)
        .latest("GET", "scorers/list", scorers::list)
        .latest("GET", "scorers/versions", scorers::versions)
        .latest("GET", "scorers/get", scorers::get)
        .latest("DELETE", "scorers/delete", scorers::delete);
  }

  private void old(Routes routes) {
    routes
        .post("traces", traces::begin)
        .get("traces", search::old)
        .patch("traces/{request_id}", traces::end)
        .get("traces/{request_id}/info", traces::oldInfo)
        .patch("traces/{request_id}/tags", traces::setTag)
        .delete("traces/{request_id}/tags", traces::deleteTag)
        .post("traces/delete-traces", traces::delete)
        .post("traces/link-to-run", traces::link)
        .post("traces/link-prompts", traces::linkPrompts);
  }

  private void latest(Routes routes) {
    routes
        .latest("POST", "traces", traces::start)
        .latest("POST", "traces/search", search::search)
        .latest("GET", "traces/get", traces::get)
        .latest("GET", "traces/batchGet", traces::batch)
        .latest("POST", "traces/batchGetInfos", traces::batchInfos)
        .latest("GET", "traces/{trace_id}", traces::info)
        .latest("PATCH", "traces/{trace_id}/tags", traces::setTag)
        .latest("DELETE", "traces/{trace_id}/tags", traces::deleteTag);
  }

  private void assessments(Routes routes) {
    String one = "traces/{trace_id}/assessments/{assessment_id}";
    routes
        .latest("POST", "traces/{trace_id}/assessments", assessments::create)
        .latest("GET", one, assessments::get)
        .latest("PATCH", one, assessments::update)
        .latest("DELETE", one, assessments::delete);
  }

  private void datasets(Routes routes) {
    routes
        .latest("POST", "datasets/create", datasets::create)
        .latest("POST", "datasets/search", datasets::search)
        .latest("GET", "datasets/search", datasets::search)
        .latest("GET", "datasets/{dataset_id}", datasets::get)
        .latest("DELETE", "datasets/{dataset_id}", datasets::delete)
        .latest("PATCH", "datasets/{dataset_id}/tags", datasets::setTags)
        .latest("DELETE", "datasets/{dataset_id}/tags/{key}", datasets::deleteTag)
        .latest("GET", "datasets/{dataset_id}/experiment-ids", datasets::experimentIds)
        .latest("POST", "datasets/{dataset_id}/add-experiments", datasets::addExperiments)
        .latest("POST", "datasets/{dataset_id}/remove-experiments", datasets::removeExperiments)
        .latest("POST", "datasets/{dataset_id}/records", records::upsert)
        .latest("GET", "datasets/{dataset_id}/records", records::list)
        .latest("DELETE", "datasets/{dataset_id}/records", records::delete);
  }
}
