//! first try
#![cfg(all(feature = "webgpu", not(target_arch = "wasm32")))]
use lsgan_lab::{config::TrainingConfig, train::{*, fused::*}};
use burn::tensor::Device;
use pollster::block_on;

#[test]
fn try_it() {
    let gpu = block_on(Gpu::open()).unwrap();
    println!("{} {}", gpu.name(), gpu.is_software());
    let mut config = TrainingConfig::default();
    if let Ok(a) = std::env::var("SET") { for a in a.split(' ') { config = config.with_assignment(a).unwrap(); } }
    let mode = if std::env::var("SPLIT").is_ok() { Mode::Split } else { Mode::Fused };
    let mut ours = Fused::new(&gpu, &[config.clone()], mode);
    let mut theirs = Autodiff::new(&config, &Device::flex());
    for n in [1, 1, 18] {
        Engine::advance(&mut ours, n, Part::Both);
        Engine::advance(&mut theirs, n, Part::Both);
        println!("{:?} {:?}", block_on(Engine::losses(&ours)).unwrap(), block_on(theirs.losses()).unwrap());
    }
    let members: usize = std::env::var("N").map_or(1, |n| n.parse().unwrap());
    let configs: Vec<_> = (0..members).map(|i| config.with_assignment(&format!("seed={i}")).unwrap()).collect();
    let mut ours = Fused::new(&gpu, &configs, mode);
    Fleet::advance(&mut ours, 1);
    block_on(Fleet::losses(&ours)).unwrap();
    for _ in 0..4 {
        let t = std::time::Instant::now();
        Fleet::advance(&mut ours, 16);
        block_on(Fleet::losses(&ours)).unwrap();
        println!("{:.2} ms per GAN-step", t.elapsed().as_secs_f64() * 1000.0 / 16.0 / members as f64);
    }
}
