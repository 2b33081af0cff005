/// KServe's kinds (KServe 0.20): InferenceService as Knative Services or Deployments, the runtimes
/// it
/// runs on, InferenceGraph, TrainedModel. Left out: ModelMesh, predictors that span nodes
/// (`workerSpec`), LocalModelCache, LLMInferenceService. Start reading at
/// [InferenceServiceReconciler], [RuntimeSelection] and [StorageInitializer].
@NullMarked
package dev.slipway.controllers.kserve;

import org.jspecify.annotations.NullMarked;
