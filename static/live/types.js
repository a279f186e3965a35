/**
 * The shapes that the page and the server share; names as in the contract, so the same snake_case on both sides.
 */

/** @typedef {"paused" | "playing" | "diverged" | "finished"} Phase */
/** @typedef {"binary" | "multiclass" | "regression"} Task */
/** @typedef {"points" | "curves" | "tables" | "images" | "sequences"} Family of datasets that look alike */
/** @typedef {{ kind: string, [field: string]: any }} Component one registered class with its fields */

/**
 * Every choice of the learner plus one seed, complete as the server answers it.
 * @typedef {object} Experiment
 * @property {number} seed
 * @property {{ dataset: Component, features: string[] | null, split: Split | null, scaling: Component }} data
 * @property {Component[]} layers
 * @property {{ activation: Component | null, initializer: Component }} output
 * @property {Component | null} loss
 * @property {Component} regularizer
 * @property {Component} optimizer
 * @property {Component} schedule
 * @property {Component} [stopping] when training has done enough
 * @property {number} batch_size
 * @property {boolean} shuffle
 * @property {string} [dtype]
 */

/** @typedef {{ train: number, validation: number, test: number, method?: string }} Split shares that sum to 1 */

/**
 * A merge patch (RFC 7396) of an experiment: only what changes; arrays whole.
 * @typedef {Record<string, any>} Patch
 */

/**
 * How good the network is on each part of the data, in prediction mode.
 * @typedef {object} Metrics
 * @property {number} step updates so far
 * @property {number} epoch completed passes over the training set
 * @property {SplitMetrics} train
 * @property {SplitMetrics | null} validation
 * @property {SplitMetrics | null} test
 * @property {number | null} [penalty] what the regularizer adds to the loss
 * @property {boolean} [diverged]
 */

/** @typedef {{ loss: number | null, accuracy?: number | null, r2?: number | null }} SplitMetrics */

/**
 * One thing to try; `patch` changes the experiment, `call` is a command, `say` concerns the page.
 * @typedef {object} Advice
 * @property {string} text
 * @property {Patch} [patch]
 * @property {string} [call]
 * @property {[event: string, detail: object]} [say] what the page itself does
 */

/**
 * Where numbers stopped being finite.
 * @typedef {object} Divergence
 * @property {number} step
 * @property {string | null} layer
 * @property {string} [quantity]
 * @property {string} explanation
 * @property {Advice[]} advice
 */

/** @typedef {{ step: number, reason: string }} Stopped why a rule has ended the training, and after which step */

/** @typedef {{ seconds: number, most_seconds: number | null, exhausted: string | null }} Compute today, and why no more of it */

/**
 * What follows from an experiment and is said beside it.
 * @typedef {object} Notes
 * @property {[low: number, high: number] | null} target_values of the two classes
 * @property {number | null} classes
 * @property {Task} task
 * @property {string[]} feature_names
 * @property {string[]} [input_names]
 * @property {string[] | null} [class_names]
 * @property {number[]} [input_shape] of one example: (columns), (height, width, channels), (time) or (time, features)
 * @property {{ name: string, kind: string, units: number | null, inputs: number | null, activation: string | null, output_shape?: number[] }[]} layers
 * @property {[number, number][] | null} domain of a map over two inputs
 * @property {[number, number] | null} [interval] of a curve over one input
 * @property {string | null} [standstill] which layers cannot learn, and why
 */

/**
 * A session: one network that trains somewhere, and its experiment.
 * @typedef {object} SessionDocument
 * @property {string} id
 * @property {string | null} title
 * @property {Phase} phase
 * @property {number} step
 * @property {number} epoch
 * @property {Experiment} experiment
 * @property {number} version of the settings; grows with every change
 * @property {number | null} speed asked for, in steps per second; null is as fast as it goes
 * @property {number} parameter_count
 * @property {Metrics | null} latest
 * @property {Divergence | null} divergence
 * @property {Stopped | null} [stopped]
 * @property {Compute} [compute]
 * @property {boolean} can_control
 * @property {Notes} notes
 */

/** @typedef {"owner" | "controller" | "viewer"} Role what somebody is to a session */

/** @typedef {{ number: number, name: string, role: Role, since: number, asks: boolean }} Person who watches; `asks` for control */

/** @typedef {{ id: string, name: string, since: number, viewer: number | null }} Grant control in other hands; `viewer` while they watch */

/**
 * What `GET …/room` answers; people and grants only to those who control.
 * @typedef {object} RoomDocument
 * @property {boolean} open
 * @property {Role} role of who asks
 * @property {string} link at which others watch
 * @property {number} viewer_count
 * @property {Person[]} [viewers]
 * @property {Grant[]} [grants]
 */

/**
 * What this page knows of who else is here.
 * @typedef {object} Room
 * @property {boolean} visiting the session was not made by this page: its address names it
 * @property {Role | null} role of this page; null until the server has said it
 * @property {number} number of this page among the viewers
 * @property {string} name that this page has given itself
 * @property {number} viewers who are in, this page included
 * @property {boolean} open whether others may come in
 * @property {boolean} asked whether this page waits for control
 * @property {Person[]} people who is in, as far as this page may know
 * @property {Grant[]} grants
 * @property {"" | "closed" | "gone"} shut why this page does not get in
 * @property {string} link at which others watch, as the server knows it; empty until it has said so
 */

/**
 * What `PATCH …/experiment` answers.
 * @typedef {object} Adoption
 * @property {Experiment} experiment
 * @property {boolean} restarted
 * @property {string[]} kept
 * @property {string} notice a sentence for the learner
 * @property {number} version
 * @property {Notes} notes
 */

/** @typedef {{ data: Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array, shape: number[] }} FrameArray */

/**
 * One binary message of the stream, opened.
 * @typedef {object} Frame
 * @property {number} sequence
 * @property {number} version settings that were in force
 * @property {number} step
 * @property {number} epoch
 * @property {Phase} phase
 * @property {number | null} speed
 * @property {number} steps_per_second measured
 * @property {number} learning_rate as scheduled now
 * @property {Metrics | null} latest
 * @property {number} history_length
 * @property {Metrics[]} history_tail
 * @property {number} distribution_rows
 * @property {Divergence | null} divergence
 * @property {Record<string, any>} probes what each watched probe says beside its arrays, or `{unavailable}`
 * @property {Record<string, FrameArray>} arrays "boundary.values", "weights.dense_1.kernel", …
 */

/**
 * A field of a component, as the catalogue describes it.
 * @typedef {object} Field
 * @property {string} name
 * @property {string} type "number", "integer", "boolean", "choice", "component", "object", "list", "text"
 * @property {string} title
 * @property {string} help
 * @property {string} symbol KaTeX
 * @property {any} default
 * @property {number | null} [minimum]
 * @property {number | null} [maximum]
 * @property {number | null} [exclusive_minimum]
 * @property {number | null} [exclusive_maximum]
 * @property {any[] | null} [choices]
 * @property {string | null} [registry]
 * @property {{ minimum: number, maximum: number, scale: "linear" | "log", step: number | null } | null} [slider]
 * @property {Field[]} [fields] of an object
 * @property {string} [items] type of what a list holds
 * @property {number} [minimum_length] of a text or a list
 * @property {number} [maximum_length]
 * @property {{ tasks: string[] | null, families: string[] | null }} [suits] datasets to which it means anything
 * @property {{ of: "classes" }} [entries] what each entry of a list stands for
 */

/**
 * A registered class.
 * @typedef {object} Kind
 * @property {string} kind
 * @property {string} title
 * @property {string} help
 * @property {string} formula KaTeX
 * @property {string} [derivative_formula]
 * @property {string} try_this
 * @property {string} source
 * @property {Field[]} fields
 * @property {string} [symbol] of a feature
 * @property {Task} [task] of a dataset
 * @property {Family} [family] of a dataset
 * @property {Component[] | null} [suggested_layers] hidden layers that a dataset asks for
 * @property {Component | null} [suggested_optimizer] what a dataset is best begun with
 * @property {number | null} [input_rank] how many axes an example must have for a layer
 * @property {Task[]} [tasks] that a loss serves
 * @property {string[] | null} [outputs] activations that a loss may follow
 * @property {boolean} [elementwise]
 * @property {string[]} [input_names]
 * @property {Split} [default_split]
 * @property {{kind: string}} [default_scaling]
 * @property {{kind: string}} [default_target_scaling]
 * @property {number[]} [columns] inputs that a feature reads
 * @property {number[][]} [preview] examples of a dataset: x, y, target; pixels of images; values of sequences
 * @property {number[][]} [map] a feature over the plane, −1 to 1, row 0 on top
 * @property {[number, number, number][]} [curve] of an activation: z, g(z), g'(z)
 */

/**
 * Everything that can be chosen.
 * @typedef {object} Catalogue
 * @property {string} version
 * @property {Record<string, { name: string, title: string, help: string, kinds: Kind[] }>} registries
 * @property {{ fields: Field[] }} experiment
 * @property {Experiment} default_experiment
 */

/** @typedef {{ split: "train" | "validation" | "test", inputs: number[], target: number, prediction?: any }} Example */

/**
 * What `GET …/data` answers.
 * @typedef {object} Data
 * @property {Task} task
 * @property {number | null} classes
 * @property {string[]} input_names
 * @property {Example[]} examples
 */

/**
 * How the learner looks at it; never part of the experiment.
 * @typedef {object} View
 * @property {boolean} discretize
 * @property {boolean} show_test
 * @property {"auto" | "light" | "dark"} theme
 * @property {boolean} presentation
 * @property {number} smoothing
 * @property {boolean} log_loss
 * @property {{ layer: string, unit: number } | null} pinned
 * @property {{ layer: string, unit: number } | null} hovered
 * @property {"now" | "offset" | "overlay"} inside_tab
 * @property {"weights" | "biases" | "activations" | "gradients"} inside_quantity
 * @property {string} inside_picture "spread", or the kind of the probe that is shown
 * @property {boolean} inside_large whether that picture stands in the place of the network
 * @property {number | null} speed wanted when it plays, in steps per second; null is as fast as it goes
 * @property {"network" | "output" | "data" | "training" | "inside" | "help"} panel shown where there is room for one
 * @property {boolean} shortcuts whether single keys are commands
 */

/**
 * A message to the learner.
 * @typedef {object} Notice
 * @property {string} id
 * @property {"info" | "problem" | "diverged" | "finished"} tone
 * @property {string} text
 * @property {string[]} [details]
 * @property {Advice[]} [advice]
 * @property {number} [step] at which it happened
 * @property {boolean} [stays] until it is closed or withdrawn
 */

/** @typedef {"connecting" | "live" | "reconnecting" | "full"} Connection */

export {};
