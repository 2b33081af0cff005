package dev.slipway.inference.layout;

/// The fields of Triton's `config.pbtxt`.
///
/// Source: triton-inference-server/common, `protobuf/model_config.proto`, commit 08365ea.
final class TritonSchema {
  static final Schema SCHEMA =
      Schema.of(
          """
          enum DataType TYPE_INVALID TYPE_BOOL TYPE_UINT8 TYPE_UINT16 TYPE_UINT32 TYPE_UINT64 TYPE_INT8 TYPE_INT16 TYPE_INT32 TYPE_INT64 TYPE_FP16 TYPE_FP32 TYPE_FP64 TYPE_STRING TYPE_BF16
          enum InstanceKind KIND_AUTO KIND_GPU KIND_CPU KIND_MODEL
          enum DeviceKind KIND_NVDLA
          enum InputFormat FORMAT_NONE FORMAT_NHWC FORMAT_NCHW
          enum BatchInputKind BATCH_ELEMENT_COUNT BATCH_ACCUMULATED_ELEMENT_COUNT BATCH_ACCUMULATED_ELEMENT_COUNT_WITH_ZERO BATCH_MAX_ELEMENT_COUNT_AS_SHAPE BATCH_ITEM_SHAPE BATCH_ITEM_SHAPE_FLATTEN
          enum BatchOutputKind BATCH_SCATTER_WITH_INPUT_SHAPE
          enum Priority PRIORITY_DEFAULT PRIORITY_MAX PRIORITY_MIN
          enum TimeoutAction REJECT DELAY
          enum ControlKind CONTROL_SEQUENCE_START CONTROL_SEQUENCE_READY CONTROL_SEQUENCE_END CONTROL_SEQUENCE_CORRID
          message ModelConfig
            string name
            string platform
            string backend
            string runtime
            VersionPolicy version_policy
            int32 max_batch_size
            Input* input
            Output* output
            BatchInput* batch_input
            BatchOutput* batch_output
            Optimization optimization
            DynamicBatching dynamic_batching ?scheduling
            SequenceBatching sequence_batching ?scheduling
            Ensembling ensemble_scheduling ?scheduling
            InstanceGroup* instance_group
            string default_model_filename
            string>string cc_model_filenames
            string>string metric_tags
            string>Parameter parameters
            WarmUp* model_warmup
            Operations model_operations
            TransactionPolicy model_transaction_policy
            Agents model_repository_agents
            ResponseCache response_cache
            Metrics model_metrics
          message VersionPolicy
            Latest latest ?policy
            All all ?policy
            Specific specific ?policy
          message Latest
            uint32 num_versions
          message All
          message Specific
            int64* versions
          message Reshape
            int64* shape
          message Input
            string name
            DataType data_type
            InputFormat format
            int64* dims
            Reshape reshape
            bool is_shape_tensor
            bool allow_ragged_batch
            bool optional
            bool is_non_linear_format_io
          message Output
            string name
            DataType data_type
            int64* dims
            Reshape reshape
            string label_filename
            bool is_shape_tensor
            bool is_non_linear_format_io
          message BatchInput
            BatchInputKind kind
            string* target_name
            DataType data_type
            string* source_input
          message BatchOutput
            string* target_name
            BatchOutputKind kind
            string* source_input
          message Optimization
            Graph graph
            Priority priority
            Cuda cuda
            Accelerators execution_accelerators
            Pinned input_pinned_memory
            Pinned output_pinned_memory
            uint32 gather_kernel_buffer_threshold
            bool eager_batching
          message Graph
            int32 level
          message Cuda
            bool graphs
            bool busy_wait_events
            GraphSpec* graph_spec
            bool output_copy_stream
          message GraphSpec
            int32 batch_size
            string>GraphShape input
            GraphBound graph_lower_bound
          message GraphShape
            int64* dim
          message GraphBound
            int32 batch_size
            string>GraphShape input
          message Accelerators
            Accelerator* gpu_execution_accelerator
            Accelerator* cpu_execution_accelerator
          message Accelerator
            string name
            string>string parameters
          message Pinned
            bool enable
          message DynamicBatching
            int32* preferred_batch_size
            uint64 max_queue_delay_microseconds
            bool preserve_ordering
            uint64 priority_levels
            uint64 default_priority_level
            QueuePolicy default_queue_policy
            uint64>QueuePolicy priority_queue_policy
          message QueuePolicy
            TimeoutAction timeout_action
            uint64 default_timeout_microseconds
            bool allow_timeout_override
            uint32 max_queue_size
          message SequenceBatching
            Direct direct ?strategy
            Oldest oldest ?strategy
            uint64 max_sequence_idle_microseconds
            ControlInput* control_input
            State* state
            bool iterative_sequence
          message Direct
            uint64 max_queue_delay_microseconds
            float minimum_slot_utilization
          message Oldest
            int32 max_candidate_sequences
            int32* preferred_batch_size
            uint64 max_queue_delay_microseconds
            bool preserve_ordering
          message ControlInput
            string name
            Control* control
          message Control
            ControlKind kind
            int32* int32_false_true
            float* fp32_false_true
            bool* bool_false_true
            DataType data_type
          message State
            string input_name
            string output_name
            DataType data_type
            int64* dims
            InitialState* initial_state
            bool use_same_buffer_for_input_output
            bool use_growable_memory
          message InitialState
            DataType data_type
            int64* dims
            bool zero_data ?data
            string data_file ?data
            string name
          message Ensembling
            Step* step
            uint32 max_inflight_requests
          message Step
            string model_name
            int64 model_version
            string>string input_map
            string>string output_map
            string model_namespace
          message InstanceGroup
            string name
            InstanceKind kind
            int32 count
            RateLimiter rate_limiter
            int32* gpus
            Device* secondary_devices
            string* profile
            bool passive
            string host_policy
          message RateLimiter
            Resource* resources
            uint32 priority
          message Resource
            string name
            bool global
            uint32 count
          message Device
            DeviceKind kind
            int64 device_id
          message Parameter
            string string_value
          message WarmUp
            string name
            uint32 batch_size
            string>WarmUpInput inputs
            uint32 count
          message WarmUpInput
            DataType data_type
            int64* dims
            bool zero_data ?content
            bool random_data ?content
            string input_data_file ?content
          message Operations
            string* op_library_filename
          message TransactionPolicy
            bool decoupled
          message Agents
            Agent* agents
          message Agent
            string name
            string>string parameters
          message ResponseCache
            bool enable
          message Metrics
            MetricControl* metric_control
          message MetricControl
            MetricIdentifier metric_identifier
            HistogramOptions histogram_options ?options
          message MetricIdentifier
            string family
          message HistogramOptions
            double* buckets
          """);

  private TritonSchema() {}
}
