//! The wall of seeds on the page: many runs at once, each a little picture, and how many of them cover all
//! modes.
//!
//! What hangs there follows from the scene, the machine and the backend; here stands what became of it. The
//! run rests while the wall is shown, and the wall while it is not; both go on where they stood.

mod chart;
mod crew;
mod drawing;
mod frames;
mod opening;
mod pictures;
mod telling;

pub(super) use opening::Arrival;

use std::rc::Rc;

use super::{App, State, rate::Rate};
use crate::{
    measure::{ModeQuality, Proportion},
    pace::{Pace, Ration, Rounds},
    scene::View,
    train::Backend,
    wall::{Member, Wall, Way, crew as machine},
    web::{clock::now_ms, controls, page},
};
use crew::Hand;
use frames::Frames;

/// A wall is looked at as a whole: it needs fewer pictures a second than a single run.
const ROUND_MS: f64 = 80.0;
/// The running count is what a wall is for: it may take so much of the training time.
const COUNTING_SHARE: f64 = 0.15;

/// The wall and how it is shown.
pub(super) struct WallView {
    open: bool,
    /// The run goes on when the wall is left.
    resume: bool,
    playing: bool,
    /// What hangs; none before the wall was first opened.
    hung: Option<Hung>,
    /// Counts what has hung: what an older worker says late is not heard.
    hangings: u32,
    /// Who trains it.
    crew: Vec<Hand>,
    /// The runs are to begin before anything else happens.
    begins: bool,
    /// Single steps that were asked for.
    asked: u64,
    /// Steps that every member has made.
    step: u64,
    standing: Vec<Standing>,
    /// How many did it, over the steps: one series for each loss.
    shares: Vec<chart::Shares>,
    /// The step at which modes were last counted.
    counted: Option<u64>,
    pace: Pace,
    rounds: Rounds,
    ration: Ration,
    rate: Rate,
    /// The loop is running.
    tended: bool,
    frames: Frames,
    stale: drawing::Stale,
    /// The picture that is painted first in the next frame.
    next_picture: usize,
}

/// What hangs, and on what it is computed.
#[derive(Clone, PartialEq)]
struct Hung {
    wall: Wall,
    backend: Backend,
    /// How many were asked for: the machine may carry fewer.
    asked: usize,
    workers: usize,
}

/// How a member stands, as far as it is known.
#[derive(Clone, Default)]
struct Standing {
    member: Option<Member>,
    modes: Option<ModeQuality>,
    /// Its worker broke down.
    lost: bool,
    /// The picture is not that of the member.
    stale: bool,
}

impl Hung {
    fn of(state: &State) -> Self {
        let (scene, backend) = (&state.scene, state.backend);
        let asked = scene.wall.size;
        let (workers, members) = if backend.on_gpu() {
            // One dispatch takes them all.
            (1, asked)
        } else {
            let cores = page::window().navigator().hardware_concurrency();
            let workers = machine::workers(cores as usize);
            (workers, machine::carried(asked, workers))
        };
        Self {
            wall: Wall::new(&scene.config, &scene.wall, members),
            backend,
            asked,
            workers,
        }
    }
}

impl WallView {
    /// No wall yet.
    pub fn new() -> Self {
        Self {
            open: false,
            resume: false,
            playing: false,
            hung: None,
            hangings: 0,
            crew: Vec::new(),
            begins: false,
            asked: 0,
            step: 0,
            standing: Vec::new(),
            shares: Vec::new(),
            counted: None,
            pace: Pace::new(None, 0.0),
            rounds: Rounds::lasting(ROUND_MS),
            ration: Ration::of(COUNTING_SHARE),
            rate: Rate::default(),
            tended: false,
            frames: Frames::default(),
            stale: Default::default(),
            next_picture: 0,
        }
    }

    /// The run does not go on by itself when the wall is left.
    pub fn let_run_rest(&mut self) {
        self.resume = false;
    }

    /// Whether it plays, and how many steps a second it makes.
    pub fn pace(&self) -> (bool, Option<f64>) {
        (self.playing, self.rate.per_second())
    }

    /// Everything is drawn anew, perhaps at another size.
    pub fn redraw(&mut self) {
        self.frames.forget_size();
        self.stale.words = true;
        self.standing.iter_mut().for_each(|one| one.stale = true);
    }

    /// For each loss, how many of its seeds cover all modes, of those that were counted.
    fn tally(&self) -> Option<Vec<Proportion>> {
        let covers_all = |member: usize| {
            let Standing { modes, lost, .. } = &self.standing[member];
            let modes = modes.filter(|_| !lost)?;
            Some(modes.covered == modes.of)
        };
        Some(self.hung.as_ref()?.wall.tally(covers_all))
    }

    fn play(&mut self, steps_per_second: Option<f64>) {
        self.playing = true;
        self.pace = Pace::new(steps_per_second, now_ms());
        self.rate = Rate::default();
    }
}

impl App {
    /// Whether the wall is shown.
    pub(super) fn in_wall(&self) -> bool {
        self.state.borrow().scene.look.view == View::Wall
    }

    /// Lets the wall rest and the run go on, if the wall was shown and no longer is.
    pub(super) fn leave_wall(self: &Rc<Self>) {
        let resume = {
            let mut state = self.state.borrow_mut();
            let wall = &mut state.wall;
            if !std::mem::replace(&mut wall.open, false) {
                return;
            }
            std::mem::take(&mut wall.resume)
        };
        if resume {
            self.play();
        }
    }

    /// Brings the wall in line with the scene: opens it, or hangs other runs.
    pub(super) fn sync_wall(self: &Rc<Self>) {
        if !self.in_wall() {
            return;
        }
        if !self.state.borrow().wall.open {
            let run_played = self.playing();
            self.stop_playing();
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            state.wall.open = true;
            state.wall.resume = run_played;
            let speed = state.steps_per_second;
            if state.wall.playing || run_played && state.wall.hung.is_none() {
                state.wall.play(speed);
            }
            state.wall.redraw();
        }
        controls::show_wall_playing(self.state.borrow().wall.playing);
        self.tend_wall();
        self.ask_frame();
    }

    /// Lets the wall play.
    pub fn wall_play(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            let speed = state.steps_per_second;
            state.wall.play(speed);
        }
        controls::show_wall_playing(true);
        self.tend_wall();
        self.show_badge();
    }

    /// Stops it where it is.
    pub fn wall_pause(self: &Rc<Self>) {
        {
            let wall = &mut self.state.borrow_mut().wall;
            wall.playing = false;
            // The chart, which waits its turn while the wall plays.
            wall.stale.words = true;
        }
        controls::show_wall_playing(false);
        // Where it stands, the modes are counted.
        self.tend_wall();
        self.show_badge();
    }

    /// Plays or pauses.
    pub fn wall_toggle(self: &Rc<Self>) {
        if self.state.borrow().wall.playing {
            self.wall_pause();
        } else {
            self.wall_play();
        }
    }

    /// One step of every run, and no further.
    pub fn wall_step(self: &Rc<Self>) {
        self.state.borrow_mut().wall.asked += 1;
        self.wall_pause();
    }

    /// Back to the first step of the same seeds; playing or not stays as it was.
    pub fn wall_reset(self: &Rc<Self>) {
        {
            let wall = &mut self.state.borrow_mut().wall;
            wall.begins = true;
            if wall.crew.iter().any(|hand| hand.lost) {
                // Whoever broke down is replaced.
                wall.hung = None;
            }
        }
        self.tend_wall();
    }

    /// Other seeds, from a random one on.
    pub async fn wall_new_seeds(self: &Rc<Self>, first: u32) {
        let mut scene = self.scene();
        scene.wall.seed = first;
        self.set_scene(scene).await;
    }

    /// The page has another speed.
    pub(super) fn pace_wall(self: &Rc<Self>) {
        let mut state = self.state.borrow_mut();
        if state.wall.playing {
            let speed = state.steps_per_second;
            state.wall.play(speed);
        }
    }

    /// The picture beside the one in focus takes the focus.
    pub fn wall_move(self: &Rc<Self>, way: Way) -> bool {
        let mut state = self.state.borrow_mut();
        let wall = &mut state.wall;
        let Some(hung) = &wall.hung else { return false };
        let next = hung.wall.arrangement().neighbour(wall.frames.focus(), way);
        let Some(member) = next else { return true };
        wall.frames.set_focus(member);
        let picture = wall.frames.button(member);
        // The browser calls back when the focus moves.
        drop(state);
        picture.inspect(page::focus);
        true
    }

    /// A picture took the focus, by whatever way.
    pub fn wall_focus(self: &Rc<Self>, element: &web_sys::Element) {
        if let Ok(mut state) = self.state.try_borrow_mut()
            && let Some(member) = state.wall.frames.member_of(element)
        {
            state.wall.frames.set_focus(member);
        }
    }
}
